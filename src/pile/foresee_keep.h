/* foresee_keep.h - what the outlets learned (foresee.h), over restarts: a small file of the shelf
 * with its own hash. One that is damaged, or of another program, is as good as none: it is learned
 * again within a day. */
#pragma once
#include "pile/pile.h"

/* Takes up what was kept; never fails, since nothing depends on it. */
void foresee_open(struct pile *pile);
/* Keeps it, once an hour while something is learned. */
void foresee_step(struct pile *pile);
/* At once. 0 or a fault. */
int foresee_save(struct pile *pile);
