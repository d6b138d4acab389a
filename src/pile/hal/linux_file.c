/* linux_file.c - integers in files, as the kernel shows converters, fans and lamps. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fault.h"
#include "pile/hal/linux_parts.h"

int linux_file_read(const char *path, int64_t *ret)
{
	char text[64];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file >= 0 ? read(file, text, sizeof(text)) : -1;

	if (file >= 0)
		close(file);
	if (got <= 0 || !str_to_i64(str_trim((struct str){text, (size_t)got}), ret))
		return FAULT(FAULT_IO, "no number in %s", path);
	return 0;
}

int linux_file_write(const char *path, int64_t value)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%lld\n", (long long)value);
	int file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	bool good = file >= 0 && write(file, text, (size_t)len) == len;

	if (file >= 0)
		close(file);
	return good ? 0 : FAULT(FAULT_IO, "cannot write %s", path);
}

int linux_value_read(const struct linux_value *value, int32_t *ret)
{
	int64_t raw;
	__int128 scaled;

	if (!value->path[0]) {
		*ret = HAL_ABSENT;
		return 0;
	}
	TRY(linux_file_read(value->path, &raw));
	scaled = (__int128)raw * value->times / value->by + value->plus;
	if (scaled <= INT32_MIN || scaled > INT32_MAX)
		return FAULT(FAULT_IO, "%s: %lld is out of range", value->path, (long long)raw);
	*ret = (int32_t)scaled;
	return 0;
}
