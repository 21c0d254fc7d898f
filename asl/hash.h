// Message digests (by OpenSSL's libcrypto) and Base64, for the intrinsic
// functions of both query languages and for whatever else encodes bytes.
#ifndef STEPWHEEL_ASL_HASH_H_
#define STEPWHEEL_ASL_HASH_H_

#include <optional>
#include <string>
#include <string_view>

namespace stepwheel::asl {

// Lower-case hex of the digest; nullopt unless `algorithm` is one of AWS's
// names: MD5, SHA-1, SHA-256, SHA-384, SHA-512 (case matters).
std::optional<std::string> HexDigest(std::string_view algorithm,
                                     std::string_view data);

// RFC 4648 with padding, on one line.
std::string Base64Encode(std::string_view bytes);

// Decodes as AWS was seen to: what is not in the alphabet is skipped, padding
// may be missing, bits that make no whole byte are dropped. The result is text:
// bytes that are no UTF-8 become U+FFFD, as Java does.
std::string Base64DecodeToText(std::string_view text);

// `bytes` with every maximal ill-formed part replaced by U+FFFD.
std::string ReplaceIllFormedUtf8(std::string_view bytes);

// Number of code points in well-formed UTF-8.
size_t CountCodePoints(std::string_view text);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_HASH_H_
