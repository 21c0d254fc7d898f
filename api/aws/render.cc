#include "api/aws/render.h"

namespace stepwheel::aws {

void AppendTimestamp(Instant t, std::string* out) {
  int64_t ms = t.unix_millis();
  if (ms < 0) {
    *out += '-';
    ms = -ms;
  }
  asl::AppendJsonInt(ms / 1000, out);
  int fraction = static_cast<int>(ms % 1000);
  if (fraction == 0) return;
  *out += '.';
  for (int unit = 100; fraction != 0; unit /= 10) {
    *out += static_cast<char>('0' + fraction / unit);
    fraction %= unit;
  }
}

}  // namespace stepwheel::aws
