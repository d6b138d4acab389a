/* inquiries.h - what front desks ask outside for a pile: HTTP requests on a thread of their own,
 * never inside a transaction; the answers come home to the gateway's thread. */
#pragma once
#include "app/inquiry.h"
#include "net/net.h"

struct inquiries;
/* `home` is the gateway's loop. */
int inquiries_new(struct loop *home, struct inquiries **ret_inquiries);
struct inquiry_runner inquiries_runner(struct inquiries *inquiries);
/* Cuts what is under way: its answers ("shutting down") still come home. Accepts NULL. */
void inquiries_stop(struct inquiries *inquiries);
/* After the home loop was drained. Accepts NULL. */
void inquiries_free(struct inquiries *inquiries);
