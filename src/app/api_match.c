/* api_match.c - finding the route of a path. Patterns have whole segments in braces; a literal
 * segment wins over one in braces because the table lists it first. The table is small, so it is
 * walked. */
#include <string.h>
#include "app/api_call.h"

/* Does `path` have the shape of `pattern`? Segments in braces match anything not empty, a last
 * "{*}" any rest. */
static bool matches(const char *pattern, struct str path)
{
	struct str rest = str_from(pattern);

	if (path.len == 0 || path.ptr[0] != '/' || (path.len > 1 && path.ptr[path.len - 1] == '/'))
		return false;
	while (rest.len && path.len) {
		struct str want = str_cut(&rest, '/'), have = str_cut(&path, '/');

		if (str_is(want, "{*}"))
			return true;
		if (want.len && want.ptr[0] == '{' ? have.len == 0 : !str_eq(want, have))
			return false;
	}
	return rest.len == 0 && path.len == 0;
}

static struct str method_of(struct str method)
{
	return str_is(method, "HEAD") ? STR("GET") : method;
}

const struct api_route *api_find(struct str method, struct str path, int *ret_status)
{
	bool path_known = false;

	method = method_of(method);
	for (size_t i = 0; i < api_routes_len; i++) {
		if (!matches(api_routes[i].path, path))
			continue;
		if (str_is(method, api_routes[i].method))
			return &api_routes[i];
		path_known = true;
	}
	*ret_status = path_known ? 405 : 404;
	return NULL;
}

struct str route_allow(struct str path, struct arena *arena)
{
	struct buf allow;

	buf_init(&allow, arena, 128);
	for (size_t i = 0; i < api_routes_len; i++) {
		if (matches(api_routes[i].path, path))
			buf_format(&allow, "%s%s%s", allow.len ? ", " : "", api_routes[i].method,
				strcmp(api_routes[i].method, "GET") == 0 ? ", HEAD" : "");
	}
	return allow.len ? buf_str(&allow) : STR("");
}

bool route_params(const struct api_route *route, struct str path, struct arena *arena,
	struct str *ret_params, size_t *ret_len)
{
	struct str rest = str_from(route->path);
	size_t len = 0;

	while (rest.len) {
		struct str want = str_cut(&rest, '/'), have = str_cut(&path, '/');

		if (want.len == 0 || want.ptr[0] != '{' || str_is(want, "{*}"))
			continue;
		ASSERT(len < API_PARAMS_MAX);
		ret_params[len] = http_decode(arena, have, false);
		if (ret_params[len].len == 0 || ret_params[len].len > API_PARAM_LEN)
			return false;
		len++;
	}
	*ret_len = len;
	return true;
}

enum api_lane api_lane(const struct api_route *route)
{
	return route->lane;
}

uint64_t api_shard(const struct api_route *route, const struct api_request *request)
{
	struct str rest = str_from(route->path), path = request->path;

	/* all that names the same pile, order or wallet keeps its order */
	while (rest.len) {
		struct str want = str_cut(&rest, '/'), have = str_cut(&path, '/');

		if (want.len && want.ptr[0] == '{')
			return str_hash(have);
	}
	return 0;
}
