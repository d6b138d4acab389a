/* call.c - one HTTP call at a time, blocking. */
#include "demo/call.h"
#include <curl/curl.h>
#include <string.h>

#define CALL_BODY_MAX (4 * 1024 * 1024)
#define CALL_TIMEOUT_S 10L

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
	struct buf *body = context;
	buf_put(body, bytes, size * count);
	return body->failed ? 0 : size * count;
}

static struct curl_slist *header_lines(const struct call *call)
{
	struct curl_slist *lines = NULL;
	char type[128];
	for (size_t i = 0; i < sizeof call->headers / sizeof *call->headers && call->headers[i];
		i++)
		lines = curl_slist_append(lines, call->headers[i]);
	if (call->body.ptr) {
		snprintf(type, sizeof type, "Content-Type: %s",
			call->type ? call->type : "application/json");
		lines = curl_slist_append(lines, type);
	}
	return lines;
}

struct answer call_make(struct arena *arena, const struct call *call)
{
	struct answer answer = {0};
	struct curl_slist *lines = header_lines(call);
	struct buf body;
	long status = 0;
	CURL *curl = curl_easy_init();
	if (!curl)
		return answer;
	buf_init(&body, arena, CALL_BODY_MAX);
	curl_easy_setopt(curl, CURLOPT_URL, call->url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, CALL_TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	if (call->body.ptr) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.ptr);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->body.len);
	}
	if (curl_easy_perform(curl) == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(lines);
	curl_easy_cleanup(curl);
	answer.status = (int)status;
	answer.body = buf_str(&body);
	return answer;
}

struct answer call_get(struct arena *arena, const char *url)
{
	struct call call = {.method = "GET", .url = url};
	return call_make(arena, &call);
}
