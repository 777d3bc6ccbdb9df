// binascii: the functions by encoding; binascii.cpp has the table.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "runtime/types/bytes.h"

namespace baton {

// What the a2b functions take: bytes-like, or a str of ASCII only.
class AsciiInput {
  public:
    Result<void> get(Attached ts, Object& o);
    std::string_view view() const { return view_; }

  private:
    std::string_view view_;
    BytesLike buffer_;
};
Raised raise_binascii_error(Attached ts, std::string_view message);

// binascii_qp.cpp
Result<Ref<Bytes>> binascii_a2b_qp(Attached ts, Object& module, Object& data, Opt<bool> header);
Result<Ref<Bytes>> binascii_b2a_qp(Attached ts, Object& module, Object& data, Opt<bool> quotetabs,
                                   Opt<bool> istext, Opt<bool> header);

extern const TypeSpec binascii_error_spec;
extern const TypeSpec binascii_incomplete_spec;

}  // namespace baton
