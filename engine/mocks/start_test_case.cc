#include "engine/mocks/start_test_case.h"

namespace stepwheel::engine {
namespace {

template <class Map>
std::string NamesIn(const Map& map) {
  std::string names;
  for (const auto& [name, value] : map) {
    names += (names.empty() ? "'" : ", '") + name + "'";
  }
  return names.empty() ? "none" : names;
}

}  // namespace

std::string CheckTestCase(MockSource& source, const std::string& machine_name,
                          const std::string& test_case,
                          const asl::StateMachine& machine,
                          std::string* states) {
  std::string why;
  std::shared_ptr<const MockFile> file = source.Current(&why);
  if (!file) return "The mock file cannot be used: " + why;
  auto cases = file->machines().find(machine_name);
  if (cases == file->machines().end()) {
    return source.Name() + " has no test cases for the state machine '" +
           machine_name + "'; it has them for " + NamesIn(file->machines());
  }
  auto found = cases->second.find(test_case);
  if (found == cases->second.end()) {
    return source.Name() + " has no test case '" + test_case +
           "' for the state machine '" + machine_name + "'; it has " +
           NamesIn(cases->second);
  }
  for (const auto& [name, responses] : found->second) {
    const asl::State* state = machine.Find(name);
    if (state == nullptr) {
      return "The test case '" + test_case + "' mocks the state '" + name +
             "', which the state machine '" + machine_name + "' does not have";
    }
    if (state->type != asl::StateType::kTask) {
      return "The test case '" + test_case + "' mocks the state '" + name +
             "', which is no Task";
    }
    *states += (states->empty() ? "" : ", ") + name;
  }
  return "";
}

}  // namespace stepwheel::engine
