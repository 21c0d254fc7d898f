#include "asl/wildcard.h"

namespace stepwheel::asl {

Wildcard::Wildcard(std::string_view pattern) : literals_(1) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*') {
      literals_.emplace_back();
    } else if (c == '\\' && i + 1 < pattern.size() &&
               (pattern[i + 1] == '*' || pattern[i + 1] == '\\')) {
      literals_.back().text.push_back(pattern[++i]);
    } else {
      literals_.back().text.push_back(c);
    }
  }
  for (Literal& literal : literals_) literal.BuildFailure();
}

void Wildcard::Literal::BuildFailure() {
  failure.assign(text.size(), 0);
  for (size_t i = 1, matched = 0; i < text.size(); ++i) {
    while (matched > 0 && text[i] != text[matched]) {
      matched = failure[matched - 1];
    }
    if (text[i] == text[matched]) ++matched;
    failure[i] = matched;
  }
}

size_t Wildcard::Literal::FindIn(std::string_view in) const {
  if (text.empty()) return 0;
  for (size_t i = 0, matched = 0; i < in.size(); ++i) {
    while (matched > 0 && in[i] != text[matched]) {
      matched = failure[matched - 1];
    }
    if (in[i] == text[matched]) ++matched;
    if (matched == text.size()) return i + 1 - matched;
  }
  return std::string_view::npos;
}

bool Wildcard::Matches(std::string_view text) const {
  const std::string& first = literals_.front().text;
  if (literals_.size() == 1) return text == first;
  const std::string& last = literals_.back().text;
  if (text.size() < first.size() + last.size() || !text.starts_with(first) ||
      !text.ends_with(last)) {
    return false;
  }
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  // Taking each middle part as early as possible leaves the most for the rest.
  for (size_t i = 1; i + 1 < literals_.size(); ++i) {
    const size_t at = literals_[i].FindIn(text);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + literals_[i].text.size());
  }
  return true;
}

}  // namespace stepwheel::asl
