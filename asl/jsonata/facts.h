// What can be said of a program without running it, and which of its blocks
// and paths need frames.
#ifndef STEPWHEEL_ASL_JSONATA_FACTS_H_
#define STEPWHEEL_ASL_JSONATA_FACTS_H_

#include "asl/jsonata/program.h"

namespace stepwheel::asl::jsonata {

// Fills program->facts and marks blocks that bind variables and paths whose
// steps go over tuples. REQUIRES an analyzed program.
void FindFacts(Program* program);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_FACTS_H_
