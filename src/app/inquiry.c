/* inquiry.c - which addresses a pile may make us ask (see inquiry.h). */
#include "app/inquiry.h"

#define URL_MAX 512

static bool host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-';
}

/* The host in front of port and path. Empty: no address we would ask. Numbers in brackets are not
 * taken: nobody's responder needs them. */
static struct str host_of(struct str url)
{
	size_t len = 0, scheme = str_starts(url, STR("https://"))  ? 8
				 : str_starts(url, STR("http://")) ? 7
								   : 0;

	if (scheme == 0 || url.len > URL_MAX)
		return STR("");
	for (size_t i = scheme; i < url.len; i++) {
		if ((unsigned char)url.ptr[i] <= ' ' || (unsigned char)url.ptr[i] > '~' ||
			url.ptr[i] == '@' || url.ptr[i] == '\\')
			return STR("");
	}
	url = str_slice(url, scheme, url.len);
	while (len < url.len && host_char(url.ptr[len]))
		len++;
	if (len < url.len && url.ptr[len] != ':' && url.ptr[len] != '/' && url.ptr[len] != '?')
		return STR("");
	return str_slice(url, 0, len);
}

bool inquiry_allowed(struct str hosts, struct str url, bool *ret_guarded)
{
	struct str host = host_of(url);
	bool any = false;

	if (host.len == 0)
		return false;
	while (hosts.len > 0) {
		struct str name = str_trim(str_cut(&hosts, ','));

		any |= str_is(name, "*");
		if (str_eq_nocase(name, host)) {
			*ret_guarded = false;
			return true;
		}
	}
	*ret_guarded = true;
	return any;
}
