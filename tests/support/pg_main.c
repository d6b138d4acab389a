/* pg_main.c - a private PostgreSQL for tests in other languages: prints its URL, runs until stdin
 * closes. */
#include <stdio.h>
#include <unistd.h>
#include "pg.h"

int main(void)
{
	char byte;

	printf("%s\n", pg_url());
	fflush(stdout);
	while (read(0, &byte, 1) == 1)
		;
	return 0;
}
