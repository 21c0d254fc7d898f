#include "asl/jsonata/arena.h"

#include <cstdlib>
#include <cstring>

namespace stepwheel::asl::jsonata {

Arena::~Arena() {
  for (const Block& block : chunks_) ::operator delete(block.data);
  for (const Block& block : big_) ::operator delete(block.data);
}

void* Arena::AllocateSlow(size_t bytes) {
  used_ += static_cast<int64_t>(bytes);
  if (bytes >= kBig) {
    big_.push_back({static_cast<char*>(::operator new(bytes)), bytes});
    return big_.back().data;
  }
  chunks_.push_back({static_cast<char*>(::operator new(kChunk)), kChunk});
  used_ += static_cast<int64_t>(kChunk - bytes);
  next_ = chunks_.back().data + bytes;
  end_ = chunks_.back().data + kChunk;
  return chunks_.back().data;
}

void Arena::Release(void* block, size_t bytes) {
  bytes = (bytes + 7) & ~size_t{7};
  char* at = static_cast<char*>(block);
  if (at + bytes == next_) {
    next_ = at;
    return;
  }
  if (bytes < kBig) return;
  for (size_t i = big_.size(); i-- > 0;) {
    if (big_[i].data != at) continue;
    used_ -= static_cast<int64_t>(bytes);
    ::operator delete(at);
    big_[i] = big_.back();
    big_.pop_back();
    return;
  }
}

char* Arena::Copy(std::string_view text) {
  char* copy = static_cast<char*>(Allocate(text.size() + 1));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  return copy;
}

}  // namespace stepwheel::asl::jsonata
