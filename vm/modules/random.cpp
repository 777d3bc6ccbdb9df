// _random: M. Matsumoto and T. Nishimura's MT19937, seeded from arrays as their reference does.
#include "vm/modules/random.h"

#include <sys/random.h>

#include <cerrno>

#include "runtime/allocate_instance.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/int_scratch.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

class MersenneTwister {
  public:
    static constexpr size_t kSize = 624;

    void seed(uint32_t value) {
        state_[0] = value;
        for (uint32_t i = 1; i < kSize; ++i) {
            state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
        }
        next_ = kSize;
    }
    void seed(const uint32_t* key, size_t length) {
        seed(19650218u);
        size_t i = 1, j = 0;
        const auto advance = [&] {
            if (++i == kSize) {
                state_[0] = state_[kSize - 1];
                i = 1;
            }
        };
        for (size_t k = length > kSize ? length : kSize; k > 0; --k) {
            state_[i] = (state_[i] ^ (mixed(i) * 1664525u)) + key[j] + static_cast<uint32_t>(j);
            advance();
            if (++j == length) j = 0;
        }
        for (size_t k = kSize - 1; k > 0; --k) {
            state_[i] = (state_[i] ^ (mixed(i) * 1566083941u)) - static_cast<uint32_t>(i);
            advance();
        }
        state_[0] = 0x80000000u;  // never all zeros
    }
    uint32_t next() {
        if (next_ >= kSize) refill();
        uint32_t y = state_[next_++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }
    // 53 random bits, as a number in [0, 1).
    double next_double() {
        const uint32_t high = next() >> 5, low = next() >> 6;
        return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
    }
    uint32_t word(size_t i) const { return state_[i]; }
    size_t position() const { return next_; }
    void restore(const uint32_t* words, size_t position) {
        for (size_t i = 0; i < kSize; ++i) state_[i] = words[i];
        next_ = position;
    }

  private:
    uint32_t mixed(size_t i) const { return state_[i - 1] ^ (state_[i - 1] >> 30); }
    void refill() {
        constexpr size_t kShift = 397;
        for (size_t i = 0; i < kSize; ++i) {
            const uint32_t y = (state_[i] & 0x80000000u) | (state_[(i + 1) % kSize] & 0x7fffffffu);
            state_[i] = state_[(i + kShift) % kSize] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : 0u);
        }
        next_ = 0;
    }

    uint32_t state_[kSize];
    size_t next_;
};

struct RandomObject : Object {
    MersenneTwister twister;
};

Result<void> seed_from_system(Attached ts, RandomObject& self) {
    uint32_t key[MersenneTwister::kSize];
    auto* at = reinterpret_cast<char*>(key);
    for (size_t left = sizeof key; left > 0;) {
        // May wait for the kernel's pool early at boot.
        int error = 0;
        const ssize_t got = ts.detached([&] {
            const ssize_t n = ::getrandom(at, left, 0);
            if (n < 0) error = errno;
            return n;
        });
        if (got < 0) {
            if (error == EINTR) continue;
            return raise_oserror(ts, error);
        }
        at += got;
        left -= static_cast<size_t>(got);
    }
    self.twister.seed(key, MersenneTwister::kSize);
    return {};
}

// The key is the magnitude of the number in 32-bit words, lowest first.
Result<void> seed_from_magnitude(Attached ts, RandomObject& self, digits::In magnitude) {
    const uint64_t bits = digits::bit_length(magnitude);
    const size_t words = bits == 0 ? 1 : static_cast<size_t>((bits - 1) / 32) + 1;
    Scratch<uint8_t, 128> bytes(words * 4);
    Scratch<uint32_t, 32> key(words);
    if (!bytes || !key) return raise_no_memory(ts);
    digits::to_bytes({bytes.data(), words * 4}, magnitude, false, true, false);
    for (size_t i = 0; i < words; ++i) {
        const uint8_t* b = bytes.data() + 4 * i;
        key[i] = b[0] | uint32_t{b[1]} << 8 | uint32_t{b[2]} << 16 | uint32_t{b[3]} << 24;
    }
    self.twister.seed(key.data(), words);
    return {};
}

Result<void> seed_from(Attached ts, RandomObject& self, Object* n) {
    if (n == nullptr || is_none(*n)) return seed_from_system(ts, self);
    if (is_int(*n)) return seed_from_magnitude(ts, self, IntView(static_cast<Int&>(*n)).magnitude());
    const Hash hash = TRY(baton::hash(ts, *n));
    digits::Digit own[3];
    const size_t count = digits::from_uint64(own, static_cast<uint64_t>(hash));
    return seed_from_magnitude(ts, self, {own, count});
}

Result<Ref<Object>> random_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    const bool own_init = cls.init == random_type().init;
    if (own_init && kwnames != nullptr && kwnames->size != 0) {
        return raise(ts, Exc::TypeError, "Random() takes no keyword arguments");
    }
    if (nargs > 1) return raise(ts, Exc::TypeError, "Random() requires 0 or 1 argument");
    Object* seed = nullptr;
    if (nargs == 1) seed = TRY(box_in_place(ts, args[0]));
    Ref<Object> self = TRY(allocate_instance(ts, cls, 0));
    TRY(seed_from(ts, static_cast<RandomObject&>(*self), seed));
    return self;
}

void random_dealloc(Attached ts, Object& self) {
    free_instance(ts, self);
}

Result<double> random_random(Attached, RandomObject& self) {
    return self.twister.next_double();
}
Result<void> random_seed(Attached ts, RandomObject& self, Object* n) {
    return seed_from(ts, self, n);
}

Result<Value> random_getrandbits(Attached ts, RandomObject& self, int k) {
    if (k < 0) return raise(ts, Exc::ValueError, "number of bits must be non-negative");
    if (k == 0) return Value::of_int(0);
    if (k <= 32) return Value::of_int(self.twister.next() >> (32 - k));
    const size_t words = (static_cast<size_t>(k) - 1) / 32 + 1;
    Scratch<uint8_t, 128> bytes(words * 4);
    if (!bytes) return raise_no_memory(ts);
    for (size_t i = 0; i < words; ++i, k -= 32) {
        uint32_t word = self.twister.next();
        if (k < 32) word >>= 32 - k;  // the last word gives only what is still wanted
        for (int b = 0; b < 4; ++b)
            bytes[4 * i + static_cast<size_t>(b)] = static_cast<uint8_t>(word >> (8 * b));
    }
    const size_t room = digits::bytes_capacity(words * 4);
    Ref<Int> number = TRY(int_alloc(ts, room));
    bool negative;
    const size_t n =
        digits::from_bytes({number->digit, room}, negative, {bytes.data(), words * 4}, true, false);
    return int_finish(ts, std::move(number), n, false);
}

Result<Ref<Object>> random_getstate(Attached ts, RandomObject& self) {
    Value state[MersenneTwister::kSize + 1];
    for (size_t i = 0; i < MersenneTwister::kSize; ++i) state[i] = Value::of_int(self.twister.word(i));
    state[MersenneTwister::kSize] = Value::of_int(static_cast<int64_t>(self.twister.position()));
    return tuple_from_values(ts, state, MersenneTwister::kSize + 1);
}

Result<void> random_setstate(Attached ts, RandomObject& self, Object& state) {
    if (!is_tuple(state)) return raise(ts, Exc::TypeError, "state vector must be a tuple");
    const auto& items = static_cast<Tuple&>(state);
    if (items.size != static_cast<Index>(MersenneTwister::kSize) + 1) {
        return raise(ts, Exc::ValueError, "state vector is the wrong size");
    }
    uint32_t words[MersenneTwister::kSize];
    for (size_t i = 0; i <= MersenneTwister::kSize; ++i) {
        Object& item = *items.item[i];
        if (!is_int(item)) return raise(ts, Exc::TypeError, "an integer is required");
        const auto& number = static_cast<Int&>(item);
        uint64_t word;
        if (int_sign(number) < 0)
            return raise(ts, Exc::OverflowError, "can't convert negative value to unsigned int");
        if (!int_as_uint64(number, &word)) {
            return raise(ts, Exc::OverflowError, "Python int too large to convert to C unsigned long");
        }
        if (i < MersenneTwister::kSize) {
            words[i] = static_cast<uint32_t>(word);
        } else if (word > MersenneTwister::kSize) {
            return raise(ts, Exc::ValueError, "invalid state");
        } else {
            self.twister.restore(words, static_cast<size_t>(word));
        }
    }
    return {};
}

constexpr Method random_methods[] = {
    method<random_random>("random($self, /)", "Some float that is not below 0 and is below 1."),
    method<random_seed>("seed($self, n=None, /)",
                        "Starts anew from a number, any hashable object, or the system's randomness."),
    method<random_getstate>("getstate($self, /)", "The generator's state, for setstate()."),
    method<random_setstate>("setstate($self, state, /)", "Goes back to a state that getstate() gave."),
    method<random_getrandbits>("getrandbits($self, k, /)", "An int of k random bits."),
    {},
};

Result<void> random_exec(Attached ts, Module& module) {
    const Ref<Str> name = TRY(str_intern_utf8(ts, "Random"));
    return dict_set_str(ts, *module.dict, *name, random_type());
}

}  // namespace

const TypeSpec random_spec = {
    .name = "_random.Random",
    .doc = "Random() -> a generator of random numbers with its own state.",
    .basicsize = sizeof(RandomObject),
    .flags = kTypeBaseType,
    .methods = random_methods,
    .dealloc = slot<random_dealloc>,
    .tp_new = slot<random_new>,
};

extern const ModuleSpec random_module;
const ModuleSpec random_module = {
    .name = "_random",
    .doc = "The Mersenne Twister behind the random module.",
    .exec = random_exec,
};

}  // namespace baton
