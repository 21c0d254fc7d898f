// MockSource is where the engine gets the mock file from: the file may change
// while executions run, so it is asked whenever a mocked Task begins. The
// engine owns the interface and knows no file.
#ifndef STEPWHEEL_ENGINE_MOCKS_MOCK_SOURCE_H_
#define STEPWHEEL_ENGINE_MOCKS_MOCK_SOURCE_H_

#include <memory>
#include <string>
#include <utility>

#include "engine/mocks/mock_file.h"

namespace stepwheel::engine {

class MockSource {
 public:
  virtual ~MockSource() = default;
  // The mock file as it is now; nullptr if it cannot be used, and `why` says so
  // in a sentence without an end: "mocks.json, line 3, column 5: expected...".
  virtual std::shared_ptr<const MockFile> Current(std::string* why) = 0;
  // What messages call it.
  virtual std::string Name() const = 0;
};

// A mock file that never changes.
class FixedMocks : public MockSource {
 public:
  FixedMocks(std::string name, std::shared_ptr<const MockFile> file)
      : name_(std::move(name)), file_(std::move(file)) {}
  std::shared_ptr<const MockFile> Current(std::string*) override {
    return file_;
  }
  std::string Name() const override { return name_; }

 private:
  std::string name_;
  std::shared_ptr<const MockFile> file_;
};

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_MOCKS_MOCK_SOURCE_H_
