// Functions that search: for a string, a regular expression, or by a function
// of the user's.
#include <algorithm>
#include <cmath>
#include <string>

#include "asl/jsonata/functions.h"
#include "asl/jsonata/matcher.h"
#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {
namespace {

// The largest number of results, by an argument that may be left out.
bool LimitOf(Evaluator& e, const Cell& cell, std::string_view code,
             double* limit) {
  *limit = HUGE_VAL;
  if (!cell.is_number()) return true;
  *limit = cell.as_double();
  if (!(*limit < 0)) return true;
  e.Fail(code, cell);
  return false;
}

// $1 in a replacement: as many digits as the number of groups has, less if
// there is no such group.
struct GroupReference {
  bool found = false;
  size_t group = 0;
  size_t digits = 0;
};

GroupReference ReadReference(std::string_view text, size_t groups) {
  size_t most = 1;
  for (size_t n = groups; n >= 10; n /= 10) ++most;
  GroupReference best;
  size_t number = 0;
  for (size_t i = 0; i < most && i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') break;
    number = number * 10 + static_cast<size_t>(text[i] - '0');
    if (best.found && number > groups) break;
    best = {true, number, i + 1};
  }
  return best;
}

std::string Substitute(std::string_view text, const Matches& match) {
  std::string out;
  while (true) {
    size_t dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) return out;
    text.remove_prefix(dollar + 1);
    if (text.starts_with("$")) {
      out.push_back('$');
      text.remove_prefix(1);
      continue;
    }
    if (text.starts_with("0")) {
      out += match.match();
      text.remove_prefix(1);
      continue;
    }
    GroupReference reference = ReadReference(text, match.group_count());
    if (!reference.found) {
      out.push_back('$');
      continue;
    }
    if (reference.group >= 1 && reference.group <= match.group_count()) {
      Cell group = match.group(reference.group - 1);
      if (group.is_string()) out += group.as_string();
    }
    text.remove_prefix(reference.digits);
  }
}

Cell ReplaceText(Evaluator& e, std::string_view text, std::string_view mark,
                 std::string_view with, double limit) {
  std::string out;
  double count = 0;
  size_t done = 0;
  size_t at = text.find(mark);
  while (at != std::string_view::npos && count < limit) {
    if (!e.Work()) return Cell::Failed();
    out += text.substr(done, at - done);
    out += with;
    done = at + mark.size();
    ++count;
    if (out.size() > static_cast<uint64_t>(e.limits().value_bytes)) break;
    at = text.find(mark, done);
  }
  out += text.substr(done);
  return e.Text(out);
}

// What stands in the place of a match.
Cell Replacement(Evaluator& e, const Cell& with, Matches& matches) {
  if (with.is_string()) {
    return e.Text(Substitute(with.as_string(), matches));
  }
  Arguments arguments;
  arguments.Add(matches.Object());
  Cell result = e.Call(with, arguments);
  if (!result.failed() && !result.is_string()) return e.Fail("D3012", result);
  return result;
}

}  // namespace

Cell ContainsFunction(Evaluator& e, const Arguments& a) {
  Cell text = a.Get(0);
  Cell token = a.Get(1);
  if (text.is_undefined() || token.is_undefined()) return Cell();
  if (token.is_string()) {
    return Cell::Bool(text.as_string().find(token.as_string()) !=
                      std::string_view::npos);
  }
  Matches matches(e, token, text);
  bool found = matches.Next();
  return e.failed() ? Cell::Failed() : Cell::Bool(found);
}

Cell MatchFunction(Evaluator& e, const Arguments& a) {
  Cell text = a.Get(0);
  if (text.is_undefined() || !a.Get(1).is_function()) return Cell();
  double limit = 0;
  if (!LimitOf(e, a.Get(2), "D3040", &limit)) return Cell::Failed();
  Array* out = NewSequence(e.arena());
  if (!(limit > 0)) return Cell::Of(out);
  Matches matches(e, a.Get(1), text);
  double count = 0;
  for (bool more = matches.Next(); more && count < limit; ++count) {
    Cell whole = matches.Object();
    if (!whole.is_object()) return e.Fail("T1010");
    Object* object = e.arena().New<Object>();
    auto add = [&](const char* name, const char* from) {
      AddField(e.arena(), object, Cell::String(name), GetField(whole, from));
    };
    add("match", "match");
    add("index", "start");
    add("groups", "groups");
    Push(e.arena(), out, Cell::Of(object));
    more = matches.Next();
  }
  return e.failed() ? Cell::Failed() : Cell::Of(out);
}

Cell ReplaceFunction(Evaluator& e, const Arguments& a) {
  Cell text = a.Get(0);
  Cell pattern = a.Get(1);
  Cell with = a.Get(2);
  if (text.is_undefined()) return text;
  if (pattern.is_string() && pattern.as_string().empty()) {
    return e.Fail("D3010", pattern);
  }
  double limit = 0;
  if (!LimitOf(e, a.Get(3), "D3011", &limit)) return Cell::Failed();
  if (!(limit > 0) || pattern.is_undefined()) return text;
  std::string_view subject = text.as_string();
  if (pattern.is_string()) {
    std::string_view by = with.is_string() ? with.as_string() : "";
    return ReplaceText(e, subject, pattern.as_string(), by, limit);
  }
  Matches matches(e, pattern, text);
  std::string out;
  size_t done = 0;
  double count = 0;
  for (bool more = matches.Next(); more && count < limit; ++count) {
    out += subject.substr(done, matches.begin() - done);
    Cell by = Replacement(e, with, matches);
    if (by.failed()) return by;
    out += by.as_string();
    if (out.size() > static_cast<uint64_t>(e.limits().value_bytes)) break;
    done = matches.end();
    more = matches.Next();
  }
  if (e.failed()) return Cell::Failed();
  out += subject.substr(done);
  return e.Text(out);
}

Cell SplitFunction(Evaluator& e, const Arguments& a) {
  Cell text = a.Get(0);
  Cell by = a.Get(1);
  if (text.is_undefined()) return text;
  double limit = 0;
  if (!LimitOf(e, a.Get(2), "D3020", &limit)) return Cell::Failed();
  Array* out = e.arena().New<Array>();
  std::string_view rest = text.as_string();
  if (by.is_string()) {
    // JavaScript's split takes whole numbers of parts.
    limit = std::floor(limit);
    std::string_view mark = by.as_string();
    while (out->size < limit && e.Work()) {
      size_t size = mark.empty() ? CodePointSize(rest, 0) : rest.find(mark);
      if (mark.empty() && rest.empty()) break;
      Push(e.arena(), out, Cell::String(rest.substr(0, size)));
      if (size == std::string_view::npos) break;
      rest.remove_prefix(size + mark.size());
    }
  } else if (limit > 0 && by.is_function()) {
    Matches matches(e, by, text);
    size_t done = 0;
    double count = 0;
    for (bool more = matches.Next(); more && count < limit; ++count) {
      Push(e.arena(), out,
           Cell::String(rest.substr(done, matches.begin() - done)));
      done = matches.end();
      more = matches.Next();
    }
    if (count < limit) Push(e.arena(), out, Cell::String(rest.substr(done)));
  }
  if (e.failed() || !e.ItemsFit(out->size)) return Cell::Failed();
  return Cell::Of(out);
}

}  // namespace stepwheel::asl::jsonata
