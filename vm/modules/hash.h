// Hash objects: _md5, _sha1, _sha256, _sha512 and _sha3 over OpenSSL's libcrypto.
//
// The library is loaded when the first of these modules is imported: a program that hashes nothing does not
// pay for it. Invariants. `context` belongs to the object and is touched only under `lock`, because large
// updates run detached. Callers: attached threads.
#pragma once
#include <openssl/evp.h>

#include "runtime/native.h"
#include "threadstate/lock.h"

namespace baton {

struct HashKind {
    const char* name;      // "sha256"
    const char* function;  // of libcrypto
    Type* type;
    uint8_t digest_size, block_size;  // digest_size 0: as many bytes as asked for
    uint8_t suffix;                   // of Keccak; 0: not of that family
};

struct HashObject : Object {
    ByteLock lock;
    EVP_MD_CTX* context;
    const HashKind* kind;
    const struct CryptoLibrary* library;
};

extern const TypeSpec hash_md5_spec, hash_sha1_spec, hash_sha224_spec, hash_sha256_spec, hash_sha384_spec,
    hash_sha512_spec, hash_sha3_224_spec, hash_sha3_256_spec, hash_sha3_384_spec, hash_sha3_512_spec,
    hash_shake_128_spec, hash_shake_256_spec;

// What a hash is made of: bytes, never text.
class HashData {
  public:
    HashData() = default;
    ~HashData() { release_buffer(&view_); }
    HashData(const HashData&) = delete;
    HashData& operator=(const HashData&) = delete;
    Result<void> get(Attached ts, Object& o);
    const void* data() const { return view_.buf; }
    size_t size() const { return static_cast<size_t>(view_.len); }

  private:
    static void release_buffer(BufferView* view);
    BufferView view_{};
};
// Digits of bytes, lower case.
Result<Ref<Str>> hash_hex(Attached ts, std::string_view bytes);
// Longer data is worked on detached.
inline constexpr size_t kHashDetached = 2048;

}  // namespace baton
