/* fuzz.h - the entry every harness offers: to libFuzzer, and to the replay driver. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Runs one input. Returns 0; a finding aborts. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
