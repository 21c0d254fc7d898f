#include "asl/jsonata/signature.h"

#include <utility>

namespace stepwheel::asl::jsonata {
namespace {

// What a value is: string, number, boolean, null (l), array, object, function
// or missing.
char SymbolOf(const Cell& cell) {
  if (cell.is_string()) return 's';
  if (cell.is_number()) return 'n';
  if (cell.is_array()) return 'a';
  if (cell.is_object()) return 'o';
  switch (cell.tag) {
    case Tag::kBool:
      return 'b';
    case Tag::kNull:
      return 'l';
    case Tag::kFunction:
      return 'f';
    default:
      return 'm';
  }
}

constexpr std::string_view kSymbols = "asnblfom";

uint16_t Bit(char symbol) {
  size_t at = kSymbols.find(symbol);
  return at == std::string_view::npos ? 0 : static_cast<uint16_t>(1U << at);
}

uint16_t Bits(std::string_view symbols) {
  uint16_t bits = 0;
  for (char c : symbols) bits |= Bit(c);
  return bits;
}

std::string_view PluralOf(std::string_view type) {
  if (type == "a") return "arrays";
  if (type == "b") return "booleans";
  if (type == "f") return "functions";
  if (type == "n") return "numbers";
  if (type == "o") return "objects";
  if (type == "s") return "strings";
  return {};
}

// Of the bracket that closes the one at `open`; the size if none does.
size_t CloseOf(std::string_view text, size_t open, char opens, char closes) {
  int depth = 1;
  size_t at = open;
  while (++at < text.size()) {
    if (text[at] == closes && --depth == 0) return at;
    if (text[at] == opens) ++depth;
  }
  return at;
}

bool Refuse(Failure* failure, std::string_view code, std::string_view value,
            size_t at) {
  failure->code = code;
  failure->value = Value(value);
  failure->position = at;
  return false;
}

}  // namespace

bool Signature::ParseSymbol(std::string_view text, size_t* at,
                            Failure* failure) {
  char c = text[*at];
  Parameter* last = parameters_.empty() ? nullptr : &parameters_.back();
  Parameter made;
  made.type = c;
  if (c == '-' || c == '?') {
    if (last == nullptr) return true;
    if (c == '-') last->context = true;
    if (last->count == Count::kOptional) last->lazy = true;
    last->count = Count::kOptional;
    return true;
  }
  if (c == '+') {
    if (last != nullptr) last->count = Count::kMany;
    return true;
  }
  if (c == '(') {
    size_t close = CloseOf(text, *at, '(', ')');
    std::string_view choice = text.substr(*at + 1, close - *at - 1);
    if (choice.find('<') != std::string_view::npos) {
      return Refuse(failure, "S0402", choice, *at);
    }
    made.accepts = Bits(choice) | Bit('m');
    *at = close;
  } else if (c == '<') {
    if (last == nullptr || (last->type != 'a' && last->type != 'f')) {
      char type = last == nullptr ? '<' : last->type;
      return Refuse(failure, "S0401", std::string_view(&type, 1), *at);
    }
    size_t close = CloseOf(text, *at, '<', '>');
    last->subtype = text.substr(*at + 1, close - *at - 1);
    last->has_subtype = true;
    *at = close;
    return true;
  } else if (c == 'a' || c == 'x') {
    made.accepts = Bits(kSymbols);
  } else if (c == 'j') {
    made.accepts = Bits("asnblom");
  } else if (c == 'f') {
    made.accepts = Bit('f');
  } else if (std::string_view("snblo").find(c) != std::string_view::npos) {
    made.accepts = Bit(c) | Bit('m');
  } else {
    return true;
  }
  parameters_.push_back(std::move(made));
  return true;
}

std::optional<Signature> Signature::Parse(std::string_view text,
                                          Failure* failure) {
  Signature signature;
  for (size_t at = 1; at < text.size() && text[at] != ':'; ++at) {
    if (!signature.ParseSymbol(text, &at, failure)) return std::nullopt;
  }
  return signature;
}

// How many of `symbols`, from `at` on, each parameter takes, so that all are
// taken: as a backtracking regular expression would decide.
bool Signature::Match(const std::string& symbols, size_t parameter, size_t at,
                      std::vector<uint32_t>* counts) const {
  if (parameter == parameters_.size()) return at == symbols.size();
  const Parameter& p = parameters_[parameter];
  size_t most = 0;
  size_t cap = p.count == Count::kMany ? symbols.size() : 1;
  while (most < cap && at + most < symbols.size() &&
         (p.accepts & Bit(symbols[at + most])) != 0) {
    ++most;
  }
  size_t least = p.count == Count::kOptional ? 0 : 1;
  if (most < least) return false;
  for (size_t tried = 0; tried <= most - least; ++tried) {
    size_t taken = p.lazy ? least + tried : most - tried;
    counts->push_back(static_cast<uint32_t>(taken));
    if (Match(symbols, parameter + 1, at + taken, counts)) return true;
    counts->pop_back();
  }
  return false;
}

// The first argument that no beginning of the signature allows.
Signature::Verdict Signature::Blame(const Arguments& given,
                                    const std::string& symbols) const {
  size_t good = 0;
  for (size_t upto = 1; upto <= parameters_.size(); ++upto) {
    Signature part;
    part.parameters_.assign(parameters_.begin(),
                            parameters_.begin() + static_cast<long>(upto));
    bool found = false;
    for (size_t length = symbols.size() + 1; length-- > 0 && !found;) {
      std::vector<uint32_t> counts;
      if (!part.Match(symbols.substr(0, length), 0, 0, &counts)) continue;
      found = true;
      good = length;
    }
    if (!found) break;
  }
  return {Mismatch::kArgument, good + 1, given.Get(good), {}};
}

Signature::Verdict Signature::BindArray(const Parameter& parameter,
                                        std::string_view matched, char symbol,
                                        size_t index, const Cell& value,
                                        Arena& arena, Arguments* bound) const {
  if (symbol == 'm') {
    bound->Add(Cell());
    return {};
  }
  bool good = true;
  if (parameter.has_subtype && symbol != 'a') {
    good = matched == parameter.subtype;
  } else if (parameter.has_subtype) {
    Items items(value);
    char expected = parameter.subtype.empty() ? 0 : parameter.subtype[0];
    for (size_t i = 0; i < items.size() && good; ++i) {
      if (value.tag == Tag::kRange && i > 0) break;
      good = SymbolOf(items[i]) == expected;
    }
  }
  if (!good) {
    return {Mismatch::kItems, index + 1, value, PluralOf(parameter.subtype)};
  }
  if (symbol == 'a') {
    bound->Add(value);
    return {};
  }
  Array* single = arena.New<Array>();
  Push(arena, single, value);
  bound->Add(Cell::Of(single));
  return {};
}

// The frequent case: one value of the right type for each parameter, and
// nothing to look into.
bool Signature::BindSimply(Arguments* given) const {
  if (given->size() != parameters_.size()) return false;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& p = parameters_[i];
    char symbol = SymbolOf((*given)[i]);
    if ((p.accepts & Bit(symbol)) == 0 || p.lazy) return false;
    if (p.type == 'a' && (symbol != 'a' || p.has_subtype)) return false;
    // What can be left out may belong to the next parameter.
    if (p.count != Count::kOne && symbol == 'm') return false;
  }
  return true;
}

Signature::Verdict Signature::Bind(const Cell& context, Level level,
                                   Arena& arena, Arguments* given) const {
  if (BindSimply(given)) return {};
  std::string symbols;
  for (size_t i = 0; i < given->size(); ++i) {
    symbols.push_back(SymbolOf((*given)[i]));
  }
  std::vector<uint32_t> counts;
  if (!Match(symbols, 0, 0, &counts)) return Blame(*given, symbols);
  Arguments bound;
  size_t next = 0;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& p = parameters_[i];
    Cell argument = given->Get(next);
    if (counts[i] == 0 && p.context) {
      if ((p.accepts & Bit(SymbolOf(context))) == 0) {
        return {Mismatch::kContext, next + 1, context, {}};
      }
      bound.Add(context);
      continue;
    }
    if (counts[i] == 0) {
      bound.Add(argument);
      ++next;
      continue;
    }
    std::string matched = symbols.substr(next, counts[i]);
    for (char symbol : matched) {
      // 2.0.6 repeats the first of several arguments, but for arrays.
      bool fresh = p.type == 'a' || level == Level::k2_2;
      if (fresh) argument = given->Get(next);
      if (p.type == 'a') {
        Verdict verdict =
            BindArray(p, matched, symbol, next, argument, arena, &bound);
        if (verdict.mismatch != Mismatch::kNone) return verdict;
      } else {
        bound.Add(argument);
      }
      ++next;
    }
  }
  *given = std::move(bound);
  return {};
}

}  // namespace stepwheel::asl::jsonata
