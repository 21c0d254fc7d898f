// The checks that look at a definition as a graph: targets, reachability,
// terminal states, names, variable scopes (reference: asl.md 1, 5; api.md 6).
// They read the JSON itself, so that they work beside schema errors.
#ifndef STEPWHEEL_ASL_VALIDATOR_H_
#define STEPWHEEL_ASL_VALIDATOR_H_

#include <vector>

#include "asl/diagnostic.h"
#include "asl/value.h"

namespace stepwheel::asl {

// Appends to `diagnostics` in this order: variables of an outer scope,
// duplicate names, missing targets and flows without a terminal state, then
// unreachable states (not for a flow without a terminal state: AWS says one or
// the other). Parts that break the schema are passed over. REQUIRES:
// `definition` is an object.
void ValidateGraph(const Value& definition,
                   std::vector<Diagnostic>* diagnostics);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_VALIDATOR_H_
