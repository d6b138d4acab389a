/* api_attention.h - what needs attention, counted for whoever shows the numbers. Only api*.c
 * include this. */
#pragma once
#include "app/api_call.h"

/* Writes the list "attention" of the answer: kinds of which there are any, with their exact number
 * and the page that shows them. */
int attention_put_counts(struct api_call *call);
/* GET /v1/counts: the numbers behind badges and filters. */
int counts_get(struct api_call *call);
