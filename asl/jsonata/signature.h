// Signature is what a function says of its arguments, `<s-nn?:s>`: it checks
// them, puts the context in the place of a missing one and makes arrays of
// single values where an array is expected.
#ifndef STEPWHEEL_ASL_JSONATA_SIGNATURE_H_
#define STEPWHEEL_ASL_JSONATA_SIGNATURE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/jsonata/cell.h"
#include "asl/jsonata/expression.h"

namespace stepwheel::asl::jsonata {

// Arguments of one call; most have few.
class Arguments {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Cell& operator[](size_t i) { return i < kFew ? few_[i] : more_[i - kFew]; }
  const Cell& operator[](size_t i) const {
    return i < kFew ? few_[i] : more_[i - kFew];
  }
  // Undefined for one that is not there.
  Cell Get(size_t i) const { return i < size_ ? (*this)[i] : Cell(); }
  void Add(const Cell& cell) {
    if (size_ < kFew) {
      few_[size_] = cell;
    } else {
      more_.push_back(cell);
    }
    ++size_;
  }

 private:
  static constexpr size_t kFew = 4;
  size_t size_ = 0;
  Cell few_[kFew];
  std::vector<Cell> more_;
};

class Signature {
 public:
  // `text` begins with <. On failure the position is an offset into it.
  static std::optional<Signature> Parse(std::string_view text,
                                        Failure* failure);

  enum class Mismatch : uint8_t { kNone, kArgument, kContext, kItems };
  struct Verdict {
    Mismatch mismatch = Mismatch::kNone;
    size_t index = 0;  // From 1.
    Cell value;
    std::string_view items;  // "numbers": what an array should hold.
  };

  // Makes `given` what the function is to get. `level` decides what repeated
  // arguments (+) are bound to.
  Verdict Bind(const Cell& context, Level level, Arena& arena,
               Arguments* given) const;

 private:
  enum class Count : uint8_t { kOne, kOptional, kMany };
  struct Parameter {
    uint16_t accepts = 0;  // A bit for each symbol.
    char type = 0;         // Or ( for a choice.
    Count count = Count::kOne;
    bool lazy = false;  // Rather nothing than something.
    bool context = false;
    std::string subtype;
    bool has_subtype = false;
  };

  bool ParseSymbol(std::string_view text, size_t* at, Failure* failure);
  bool Match(const std::string& symbols, size_t parameter, size_t at,
             std::vector<uint32_t>* counts) const;
  Verdict Blame(const Arguments& given, const std::string& symbols) const;
  bool BindSimply(Arguments* given) const;
  Verdict BindArray(const Parameter& parameter, std::string_view matched,
                    char symbol, size_t index, const Cell& value, Arena& arena,
                    Arguments* bound) const;

  std::vector<Parameter> parameters_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_SIGNATURE_H_
