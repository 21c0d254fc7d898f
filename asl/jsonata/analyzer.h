// Analyzer turns a raw syntax tree, in place, into the one that is evaluated:
// dots become paths of steps, predicates and groups hang on their steps, `%`
// finds the step it means, calls in tail position become thunks.
#ifndef STEPWHEEL_ASL_JSONATA_ANALYZER_H_
#define STEPWHEEL_ASL_JSONATA_ANALYZER_H_

#include <string_view>
#include <vector>

#include "asl/jsonata/program.h"

namespace stepwheel::asl::jsonata {

class Analyzer {
 public:
  explicit Analyzer(Program* program) : program_(program) {}

  // Sets program->root; false if the tree makes no sense: see failure().
  bool Analyze(Node* root);
  const Failure& failure() const { return failure_; }

 private:
  // Each returns nullptr on failure.
  Node* Process(Node* node);
  Node* ProcessChildren(Node* node);
  Node* ProcessBinary(Node* node);
  Node* ProcessDot(Node* node);
  Node* ProcessPredicate(Node* node);
  Node* ProcessGroup(Node* node);
  Node* ProcessOrderBy(Node* node);
  Node* ProcessFocus(Node* node);
  Node* ProcessIndex(Node* node);
  Node* ProcessOperands(Node* node);
  Node* ProcessNegate(Node* node);
  Node* ProcessLambda(Node* node);
  Node* ProcessCondition(Node* node);
  Node* ProcessBlock(Node* node);
  Node* ProcessParent(Node* node);
  Node* ProcessCall(Node* node);

  Node* PathOf(Node* first);
  bool FinishPath(Node* path);
  Node* MarkTailCalls(Node* node);

  // Takes over what `from` still seeks.
  static void Inherit(Node* to, Node* from);
  bool ResolveParents(Node* path);
  // Looks for the step that `slot` means, from `node` backwards.
  bool Seek(Node* node, Slot* slot);
  bool SeekInPath(Node* path, Slot* slot);

  Node* Fail(std::string_view code, const Node* node);

  Program* program_;
  Failure failure_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_ANALYZER_H_
