/* store.h - what all stores share: the outcomes of a row that is not there or not the one that was
 * read. */
#pragma once

enum store_outcome {
	STORE_E_MISSING = 1, /* no such row */
	STORE_E_STALE = 2,   /* another version was stored meanwhile: nothing changed */
	STORE_E_UNIQUE = 3,  /* a row with that key exists already: nothing changed */
};
