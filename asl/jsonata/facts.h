// What can be said of a program without running it, which of its blocks and
// paths need frames, and where the evaluator may take a shortcut.
#ifndef STEPWHEEL_ASL_JSONATA_FACTS_H_
#define STEPWHEEL_ASL_JSONATA_FACTS_H_

#include "asl/jsonata/program.h"

namespace stepwheel::asl::jsonata {

// Fills program->facts and marks blocks that bind variables, paths whose steps
// go over tuples, and the shortcuts of Node. REQUIRES an analyzed program.
void FindFacts(Program* program);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_FACTS_H_
