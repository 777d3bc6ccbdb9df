// Hash objects over OpenSSL's libcrypto.
#include "vm/modules/hash.h"

#include <dlfcn.h>

#include <cstring>
#include <memory>
#include <vector>

#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/arguments.h"
#include "runtime/types/bytes.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "vm/interp_data.h"
#include "vm/modules/locked.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr HashKind kKinds[] = {
    {"md5", "EVP_md5", &baton_hash_md5_type, 16, 64, 0},
    {"sha1", "EVP_sha1", &baton_hash_sha1_type, 20, 64, 0},
    {"sha224", "EVP_sha224", &baton_hash_sha224_type, 28, 64, 0},
    {"sha256", "EVP_sha256", &baton_hash_sha256_type, 32, 64, 0},
    {"sha384", "EVP_sha384", &baton_hash_sha384_type, 48, 128, 0},
    {"sha512", "EVP_sha512", &baton_hash_sha512_type, 64, 128, 0},
    {"sha3_224", "EVP_sha3_224", &baton_hash_sha3_224_type, 28, 144, 6},
    {"sha3_256", "EVP_sha3_256", &baton_hash_sha3_256_type, 32, 136, 6},
    {"sha3_384", "EVP_sha3_384", &baton_hash_sha3_384_type, 48, 104, 6},
    {"sha3_512", "EVP_sha3_512", &baton_hash_sha3_512_type, 64, 72, 6},
    {"shake_128", "EVP_shake128", &baton_hash_shake_128_type, 0, 168, 0x1f},
    {"shake_256", "EVP_shake256", &baton_hash_shake_256_type, 0, 136, 0x1f},
};
constexpr size_t kKindCount = sizeof kKinds / sizeof *kKinds;

// A kind by its type, while compiling.
consteval size_t kind_index(std::string_view name) {
    for (size_t i = 0; i < kKindCount; ++i) {
        if (name == kKinds[i].name) return i;
    }
    throw "no such hash";
}
// Names of kinds as template arguments.
struct Name {
    char text[16] = {};
    consteval Name(const char* s) {
        for (size_t i = 0; s[i] != '\0'; ++i) text[i] = s[i];
    }
};

}  // namespace

struct CryptoLibrary {
    void* handle = nullptr;
    decltype(&::EVP_MD_CTX_new) context_new = nullptr;
    decltype(&::EVP_MD_CTX_free) context_free = nullptr;
    decltype(&::EVP_MD_CTX_copy_ex) context_copy = nullptr;
    decltype(&::EVP_DigestInit_ex) init = nullptr;
    decltype(&::EVP_DigestUpdate) update = nullptr;
    decltype(&::EVP_DigestFinal_ex) final = nullptr;
    decltype(&::EVP_DigestFinalXOF) final_xof = nullptr;
    const EVP_MD* digest[kKindCount] = {};

    ~CryptoLibrary() {
        if (handle != nullptr) ::dlclose(handle);
    }
    template <class F>
    bool find(F& function, const char* name) {
        function = reinterpret_cast<F>(::dlsym(handle, name));
        return function != nullptr;
    }
    bool load() {
        handle = ::dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr || !find(context_new, "EVP_MD_CTX_new") ||
            !find(context_free, "EVP_MD_CTX_free") || !find(context_copy, "EVP_MD_CTX_copy_ex") ||
            !find(init, "EVP_DigestInit_ex") || !find(update, "EVP_DigestUpdate") ||
            !find(final, "EVP_DigestFinal_ex") || !find(final_xof, "EVP_DigestFinalXOF"))
            return false;
        for (size_t i = 0; i < kKindCount; ++i) {
            const EVP_MD* (*get)() = nullptr;
            if (!find(get, kKinds[i].function)) return false;
            digest[i] = get();
        }
        return true;
    }
};

void HashData::release_buffer(BufferView* view) {
    baton::release_buffer(view);
}
Result<void> HashData::get(Attached ts, Object& o) {
    if (is_str(o)) return raise(ts, Exc::TypeError, "Strings must be encoded before hashing");
    if (!is_bytes_like(o)) return raise(ts, Exc::TypeError, "object supporting the buffer API required");
    TRY(get_buffer(ts, o, &view_, 0));
    if (view_.ndim > 1) return raise(ts, Exc::BufferError, "Buffer must be single dimension");
    return {};
}
Result<Ref<Str>> hash_hex(Attached ts, std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        constexpr const char* kDigits = "0123456789abcdef";
        text += kDigits[static_cast<unsigned char>(c) >> 4];
        text += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return str_new_ascii(ts, text);
}

namespace {

Raised raise_failed(Attached ts) {
    return raise(ts, Exc::ValueError, "the hash function is not available");
}

Result<Ref<HashObject>> empty_hash(Attached ts, const HashKind& kind) {
    const auto* library = static_cast<const CryptoLibrary*>(vm_interp(ts).crypto_library.get());
    Ref<HashObject> h = TRY(new_instance<HashObject>(ts, *kind.type));
    new (&h->lock) ByteLock();
    h->kind = &kind;
    h->library = library;
    h->context = library->context_new();
    if (h->context == nullptr) return raise_no_memory(ts);
    return h;
}
Result<void> feed(Attached ts, HashObject& h, const HashData& data) {
    Locked locked(ts, h.lock);
    auto work = [&] { return h.library->update(h.context, data.data(), data.size()); };
    if ((data.size() >= kHashDetached ? ts.detached(work) : work()) != 1) return raise_failed(ts);
    return {};
}
Result<Ref<Object>> make_hash(Attached ts, const HashKind& kind, Object* string) {
    HashData data;
    if (string != nullptr) TRY(data.get(ts, *string));
    Ref<HashObject> h = TRY(empty_hash(ts, kind));
    if (h->library->init(h->context, h->library->digest[&kind - kKinds], nullptr) != 1)
        return raise_failed(ts);
    if (data.size() != 0) TRY(feed(ts, *h, data));
    return h;
}
// Of the functions.
template <Name N>
Result<Ref<Object>> new_hash(Attached ts, Module&, Object* string, Opt<bool>) {
    return make_hash(ts, kKinds[kind_index(N.text)], string);
}
// Of the types that are called themselves.
Result<Ref<Object>> make_of_type(Attached ts, Type& cls, Object* data, Opt<bool>) {
    for (const HashKind& kind : kKinds) {
        if (kind.type == &cls) return make_hash(ts, kind, data);
    }
    return raise(ts, Exc::TypeError, "cannot create '{}' instances", type_name(cls));
}
constexpr Method new_row = method<make_of_type>("hash($type, data=b'', /, *, usedforsecurity=True)", "");
Result<Ref<Object>> hash_type_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    return boxed_result(ts, new_row.fn(ts, new_row, &cls, args, nargs, kwnames));
}
void hash_dealloc(Attached ts, HashObject& self) {
    if (self.context != nullptr) self.library->context_free(self.context);
    free_instance(ts, self);
}

Result<Ref<HashObject>> copy_of(Attached ts, HashObject& self) {
    Ref<HashObject> copy = TRY(empty_hash(ts, *self.kind));
    Locked locked(ts, self.lock);
    if (self.library->context_copy(copy->context, self.context) != 1) return raise_failed(ts);
    return copy;
}
Result<void> hash_update(Attached ts, HashObject& self, Object& obj) {
    HashData data;
    TRY(data.get(ts, obj));
    return feed(ts, self, data);
}
Result<Ref<Object>> hash_copy(Attached ts, HashObject& self) {
    return copy_of(ts, self);
}
// The digest of what there is so far; the object itself goes on.
Result<std::string> digest_of(Attached ts, HashObject& self, Index size) {
    const Ref<HashObject> copy = TRY(copy_of(ts, self));
    std::string out(static_cast<size_t>(size), '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    const int done = self.kind->digest_size != 0 ? self.library->final(copy->context, to, nullptr)
                                                 : self.library->final_xof(copy->context, to, out.size());
    // libcrypto refuses to give nothing.
    if (done != 1 && size != 0) return raise_failed(ts);
    return out;
}
Result<Ref<Object>> hash_digest(Attached ts, HashObject& self) {
    const std::string bytes = TRY(digest_of(ts, self, self.kind->digest_size));
    return bytes_new(ts, bytes);
}
Result<Ref<Object>> hash_hexdigest(Attached ts, HashObject& self) {
    const std::string bytes = TRY(digest_of(ts, self, self.kind->digest_size));
    return hash_hex(ts, bytes);
}
Result<Index> asked_length(Attached ts, Index length) {
    if (length < 0) return raise(ts, Exc::ValueError, "value must be positive");
    if (length >= Index{1} << 29) return raise(ts, Exc::ValueError, "length is too large");
    return length;
}
Result<Ref<Object>> shake_digest(Attached ts, HashObject& self, Index length) {
    const Index n = TRY(asked_length(ts, length));
    const std::string bytes = TRY(digest_of(ts, self, n));
    return bytes_new(ts, bytes);
}
Result<Ref<Object>> shake_hexdigest(Attached ts, HashObject& self, Index length) {
    const Index n = TRY(asked_length(ts, length));
    const std::string bytes = TRY(digest_of(ts, self, n));
    return hash_hex(ts, bytes);
}

const HashKind& kind_of(Object& self) {
    return *static_cast<HashObject&>(self).kind;
}
Result<Ref<Object>> get_name(Attached ts, Object& self) {
    return str_new_ascii(ts, kind_of(self).name);
}
Result<Ref<Object>> get_digest_size(Attached ts, Object& self) {
    return box_int(ts, kind_of(self).digest_size);
}
Result<Ref<Object>> get_block_size(Attached ts, Object& self) {
    return box_int(ts, kind_of(self).block_size);
}
Result<Ref<Object>> get_rate(Attached ts, Object& self) {
    return box_int(ts, kind_of(self).block_size * 8);
}
Result<Ref<Object>> get_capacity(Attached ts, Object& self) {
    return box_int(ts, 1600 - kind_of(self).block_size * 8);
}
Result<Ref<Object>> get_suffix(Attached, Object& self) {
    return bytes_char(kind_of(self).suffix);
}

constexpr Method hash_methods[] = {
    method<hash_copy>("copy($self, /)", "A hash object that goes on from what this one has seen."),
    method<hash_digest>("digest($self, /)", "The hash of the data so far, as bytes."),
    method<hash_hexdigest>("hexdigest($self, /)", "The hash of the data so far, as hexadecimal digits."),
    method<hash_update>("update($self, obj, /)", "Take in more data."),
    {},
};
constexpr Method shake_methods[] = {
    method<hash_copy>("copy($self, /)", "A hash object that goes on from what this one has seen."),
    method<shake_digest>("digest($self, length, /)", "So many bytes of the hash of the data so far."),
    method<shake_hexdigest>("hexdigest($self, length, /)",
                            "So many bytes of the hash, as hexadecimal digits."),
    method<hash_update>("update($self, data, /)", "Take in more data."),
    {},
};
constexpr GetSet hash_getset[] = {
    GetSet{"block_size", get_block_size, nullptr, "bytes that are worked on at a time"},
    GetSet{"name", get_name, nullptr, "name of the hash function"},
    GetSet{"digest_size", get_digest_size, nullptr, "bytes in a digest"},
    {},
};
constexpr GetSet keccak_getset[] = {
    GetSet{"block_size", get_block_size, nullptr, "bytes that are worked on at a time"},
    GetSet{"name", get_name, nullptr, "name of the hash function"},
    GetSet{"digest_size", get_digest_size, nullptr, "bytes in a digest, 0: as many as asked for"},
    GetSet{"_capacity_bits", get_capacity, nullptr, "bits of the state that no data reaches"},
    GetSet{"_rate_bits", get_rate, nullptr, "bits of the state that take data"},
    GetSet{"_suffix", get_suffix, nullptr, "what is put behind the data"},
    {},
};

constexpr TypeSpec plain_spec(const char* name) {
    TypeSpec s;
    s.name = name;
    s.basicsize = sizeof(HashObject);
    s.flags = kTypeDisallowInstantiation;
    s.methods = hash_methods;
    s.getset = hash_getset;
    s.dealloc = typed_slot<hash_dealloc>;
    return s;
}
constexpr TypeSpec keccak_spec(const char* name, bool shake) {
    TypeSpec s = plain_spec(name);
    s.flags = 0;
    s.doc = "A hash object of the SHA-3 family, from data given to begin with.";
    s.methods = shake ? shake_methods : hash_methods;
    s.getset = keccak_getset;
    s.tp_new = slot<hash_type_new>;
    return s;
}

// Before any hash can be made: the library. It stays for as long as the interpreter.
Result<void> need_library(Attached ts) {
    auto& kept = vm_interp(ts).crypto_library;
    if (kept) return {};
    auto library = std::make_shared<CryptoLibrary>();
    if (!library->load())
        return raise_import_error(ts, Exc::ImportError, "libcrypto.so.3 cannot be loaded", nullptr, nullptr);
    kept = std::move(library);
    return {};
}
// The types under the names that CPython gives them, "SHA256Type".
Result<void> exec_plain(Attached ts, Module& module) {
    TRY(need_library(ts));
    const std::string_view owner = spec_of_module(module)->name;
    for (const HashKind& kind : kKinds) {
        const std::string_view type = kind.type->name;
        if (type.size() <= owner.size() || !type.starts_with(owner) || type[owner.size()] != '.') continue;
        std::string name;
        for (const char* c = kind.name; *c != '\0'; ++c) name += static_cast<char>(*c >= 'a' ? *c - 32 : *c);
        TRY(module_add(ts, module, (name + "Type").c_str(), *kind.type));
    }
    return {};
}
Result<void> exec_sha3(Attached ts, Module& module) {
    TRY(need_library(ts));
    for (const HashKind& kind : kKinds) {
        if (kind.suffix != 0) TRY(module_add_type(ts, module, *kind.type));
    }
    const Ref<Str> implementation = TRY(str_new_ascii(ts, "OpenSSL"));
    return module_add(ts, module, "implementation", *implementation);
}

#define HASH_FUNCTION(name)                                                            \
    method<new_hash<#name>>(#name "($module, /, string=b'', *, usedforsecurity=True)", \
                            "Computes the " #name " digest of data that comes bit by bit.")
constexpr Method md5_functions[] = {HASH_FUNCTION(md5), {}};
constexpr Method sha1_functions[] = {HASH_FUNCTION(sha1), {}};
constexpr Method sha256_functions[] = {HASH_FUNCTION(sha224), HASH_FUNCTION(sha256), {}};
constexpr Method sha512_functions[] = {HASH_FUNCTION(sha384), HASH_FUNCTION(sha512), {}};
#undef HASH_FUNCTION

}  // namespace

const TypeSpec hash_md5_spec = plain_spec("_md5.md5");
const TypeSpec hash_sha1_spec = plain_spec("_sha1.sha1");
const TypeSpec hash_sha224_spec = plain_spec("_sha256.sha224");
const TypeSpec hash_sha256_spec = plain_spec("_sha256.sha256");
const TypeSpec hash_sha384_spec = plain_spec("_sha512.sha384");
const TypeSpec hash_sha512_spec = plain_spec("_sha512.sha512");
const TypeSpec hash_sha3_224_spec = keccak_spec("_sha3.sha3_224", false);
const TypeSpec hash_sha3_256_spec = keccak_spec("_sha3.sha3_256", false);
const TypeSpec hash_sha3_384_spec = keccak_spec("_sha3.sha3_384", false);
const TypeSpec hash_sha3_512_spec = keccak_spec("_sha3.sha3_512", false);
const TypeSpec hash_shake_128_spec = keccak_spec("_sha3.shake_128", true);
const TypeSpec hash_shake_256_spec = keccak_spec("_sha3.shake_256", true);

extern const ModuleSpec md5_module, sha1_module, sha256_module, sha512_module, sha3_module;
const ModuleSpec md5_module = {
    .name = "_md5", .doc = "The MD5 hash function.", .methods = md5_functions, .exec = exec_plain};
const ModuleSpec sha1_module = {
    .name = "_sha1", .doc = "The SHA-1 hash function.", .methods = sha1_functions, .exec = exec_plain};
const ModuleSpec sha256_module = {.name = "_sha256",
                                  .doc = "The hash functions SHA-224 and SHA-256.",
                                  .methods = sha256_functions,
                                  .exec = exec_plain};
const ModuleSpec sha512_module = {.name = "_sha512",
                                  .doc = "The hash functions SHA-384 and SHA-512.",
                                  .methods = sha512_functions,
                                  .exec = exec_plain};
const ModuleSpec sha3_module = {
    .name = "_sha3", .doc = "The hash functions of the SHA-3 family.", .exec = exec_sha3};

}  // namespace baton
