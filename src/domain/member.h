/* member.h - a person with a wallet, as a value. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

struct member {
	int64_t id;
	int64_t tenant_id;
	struct str name, phone;
	struct str wallet_token; /* unguessable: the public link /w/{token} */
	int64_t account_id;      /* the wallet */
	bool blocked;
	bool priority; /* may have charges go before others */
	int64_t created_us;
	int64_t version;
};
