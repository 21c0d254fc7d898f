// The yardstick of E1: an interpreter as one writes it first. State data is
// JSON text between states, each transition parses it, looks its state up in
// the parsed definition, splits the paths, and writes two history texts.
#ifndef STEPWHEEL_BENCH_NAIVE_INTERPRETER_H_
#define STEPWHEEL_BENCH_NAIVE_INTERPRETER_H_

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stepwheel::bench {

// Knows Pass states with Parameters and a ResultPath of one name: no more than
// the chain needs. The definition must be well-formed.
class NaiveInterpreter {
 public:
  explicit NaiveInterpreter(std::string_view definition)
      : definition_(boost::json::parse(
            boost::json::string_view(definition.data(), definition.size()))) {}

  // Runs to the end and returns the output. The history replaces `history`.
  std::string Run(std::string text, std::vector<std::string>* history) const {
    history->clear();
    const boost::json::object& machine = definition_.as_object();
    std::string name(machine.at("StartAt").as_string());
    while (true) {
      const boost::json::object& state =
          machine.at("States").as_object().at(name).as_object();
      text = Step(name, state, text, history);
      const boost::json::value* next = state.if_contains("Next");
      if (next == nullptr) return text;
      name = std::string(next->as_string());
    }
  }

 private:
  using Json = boost::json::value;

  static std::string Step(const std::string& name,
                          const boost::json::object& state,
                          const std::string& input,
                          std::vector<std::string>* history) {
    Json data = boost::json::parse(input);
    history->push_back(EventText(name, "input", input));
    boost::json::object result;
    for (const auto& field : state.at("Parameters").as_object()) {
      const std::string key(field.key());
      if (key.ends_with(".$")) {
        result[key.substr(0, key.size() - 2)] =
            Get(data, std::string(field.value().as_string()));
      } else {
        result[key] = field.value();
      }
    }
    const std::string path(state.at("ResultPath").as_string());
    data.as_object()[Split(path).front()] = std::move(result);
    std::string output = boost::json::serialize(data);
    history->push_back(EventText(name, "output", output));
    return output;
  }

  static std::vector<std::string> Split(const std::string& path) {
    std::vector<std::string> names;
    for (size_t from = 2; from <= path.size();) {
      const size_t dot = std::min(path.find('.', from), path.size());
      names.push_back(path.substr(from, dot - from));
      from = dot + 1;
    }
    return names;
  }

  static const Json& Get(const Json& data, const std::string& path) {
    const Json* at = &data;
    for (const std::string& name : Split(path)) at = &at->as_object().at(name);
    return *at;
  }

  static std::string EventText(const std::string& name, const char* member,
                               const std::string& payload) {
    return "{\"name\":\"" + name + "\",\"" + member +
           "\":" + boost::json::serialize(Json(payload)) + "}";
  }

  Json definition_;
};

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_NAIVE_INTERPRETER_H_
