// The program `stepwheel`: api/cli/commands.cc lists what it can do.
#include "api/cli/commands.h"

int main(int argc, char** argv) { return stepwheel::cli::Main(argc, argv); }
