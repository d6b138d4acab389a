/* main.c - leyden-pile: options, wiring, signals. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/control.h"
#include "pile/display.h"
#include "pile/fleet.h"
#include "pile/provision.h"
#include "pile/speak.h"

static const char usage[] =
	"leyden-pile - controller of charging piles; with simulated hardware also a fleet of them\n"
	"\n"
	"  --server URL       OCPP server; the pile's name is appended (ws://127.0.0.1:8080/ocpp)\n"
	"  (a provisioned pile needs only --data; see leyden-pile provision)\n"
	"  --name PATTERN     pile, or many: A-07, A-{01..50}; may be given several times\n"
	"  --ocpp LIST        versions the piles named after it offer, best first, like\n"
	"                     2.1,2.0.1,1.6 (1.6); the server chooses\n"
	"  --outlets N        outlets of each pile (1)\n"
	"  --data DIR         journals live here, a directory each; without it nothing is kept\n"
	"  --password-file F  lines NAME:PASSWORD, or one PASSWORD for all\n"
	"  --hal sim          simulated hardware (the default)\n"
	"  --hal FILE         real hardware: settings of an outlet (docs/pile.md); once an outlet\n"
	"  --voices DIR       recordings DIR/<zh|en|de>/<part>.wav in the place of espeak-ng\n"
	"  --speed N          batteries fill N times as fast as the meter says, 1 to 1000 (1): a "
	"demo's\n"
	"                     charge is short, and still no meter tells more than the outlet can "
	"give\n"
	"  --amps N           current per phase of an outlet, 6 to 500 (80, 55 kW)\n"
	"  --phases N         1 or 3 (3)\n"
	"  --plug NAME        of simulated outlets: iec-type2 (default), iec-type1, gbt-ac, "
	"sae-j3400,\n"
	"                     ccs1, ccs2, gbt-dc\n"
	"  --talk             cars of simulated alternating current outlets speak over the cable, "
	"too\n"
	"  --car INTERFACE    the first outlet's car is a real one's software, or another "
	"simulation,\n"
	"                     beyond this network interface: it asks where to connect (SDP) and "
	"talks\n"
	"  --http ADDR:PORT   displays at /pile/NAME (off)\n"
	"  --public URL       before /p/NAME in the QR code (made from --server)\n"
	"  --place LAT,LON    where the piles stand, in degrees; signed into what they show "
	"without\n"
	"                     network, like 31.23040,121.47370\n"
	"  --control PATH     control socket (off)\n"
	"  --stdin            control commands on standard input\n"
	"  --auto PERCENT     of the outlets that get simulated drivers (0)\n"
	"  --tags LIST        cards of the simulated drivers, comma separated\n"
	"  --offline-key KIND of a new pile's own key for offline codes: es256 (default), "
	"ed25519,\n"
	"                     sm2\n"
	"  --resume           transactions go on after a power loss when the car is still there\n"
	"  --autocharge       a plugged car that says who it is asks for a charge by itself\n"
	"  --sign KIND        key that signs meter readings: es256, sm2, tpm (P-256 in the TPM), "
	"none\n"
	"                     (es256); it lives in the pile's directory\n"
	"  --ca FILE          trust anchor for wss:// and https://\n"
	"  --install COMMAND  puts an update in place: COMMAND FILE; then this program ends, to "
	"be\n"
	"                     started again (without: the file names the version to play)\n"
	"  --verbose          more log lines\n"
	"\n";

enum {
	OPT_SERVER = 256,
	OPT_NAME,
	OPT_OCPP,
	OPT_PLACE,
	OPT_OUTLETS,
	OPT_DATA,
	OPT_PASSWORDS,
	OPT_HAL,
	OPT_SPEED,
	OPT_AMPS,
	OPT_PHASES,
	OPT_PLUG,
	OPT_TALK,
	OPT_CAR,
	OPT_HTTP,
	OPT_PUBLIC,
	OPT_CONTROL,
	OPT_STDIN,
	OPT_AUTO,
	OPT_TAGS,
	OPT_RESUME,
	OPT_AUTOCHARGE,
	OPT_OFFLINE_KEY,
	OPT_CA,
	OPT_INSTALL,
	OPT_SIGN,
	OPT_VOICES,
	OPT_VERBOSE,
	OPT_HELP,
};

static const struct option long_options[] = {
	{"server", required_argument, NULL, OPT_SERVER},
	{"name", required_argument, NULL, OPT_NAME},
	{"ocpp", required_argument, NULL, OPT_OCPP},
	{"place", required_argument, NULL, OPT_PLACE},
	{"outlets", required_argument, NULL, OPT_OUTLETS},
	{"data", required_argument, NULL, OPT_DATA},
	{"password-file", required_argument, NULL, OPT_PASSWORDS},
	{"hal", required_argument, NULL, OPT_HAL},
	{"speed", required_argument, NULL, OPT_SPEED},
	{"amps", required_argument, NULL, OPT_AMPS},
	{"phases", required_argument, NULL, OPT_PHASES},
	{"plug", required_argument, NULL, OPT_PLUG},
	{"talk", no_argument, NULL, OPT_TALK},
	{"car", required_argument, NULL, OPT_CAR},
	{"http", required_argument, NULL, OPT_HTTP},
	{"public", required_argument, NULL, OPT_PUBLIC},
	{"control", required_argument, NULL, OPT_CONTROL},
	{"stdin", no_argument, NULL, OPT_STDIN},
	{"auto", required_argument, NULL, OPT_AUTO},
	{"tags", required_argument, NULL, OPT_TAGS},
	{"offline-key", required_argument, NULL, OPT_OFFLINE_KEY},
	{"resume", no_argument, NULL, OPT_RESUME},
	{"autocharge", no_argument, NULL, OPT_AUTOCHARGE},
	{"ca", required_argument, NULL, OPT_CA},
	{"install", required_argument, NULL, OPT_INSTALL},
	{"voices", required_argument, NULL, OPT_VOICES},
	{"sign", required_argument, NULL, OPT_SIGN},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"help", no_argument, NULL, OPT_HELP},
	{NULL, 0, NULL, 0},
};

#define NAMES_MAX 4096

struct options {
	struct fleet_config fleet;
	struct named {
		const char *pattern;
		enum ocpp_version versions[PILE_VERSIONS];
	} names[NAMES_MAX];
	size_t names_len;
	enum ocpp_version versions[PILE_VERSIONS]; /* of names to come */
	const char *passwords, *http, *control;
	char public_url[256];
	struct provision identity; /* from the data directory, when --name is not given */
	char password_path[420];
	bool standard_input, verbose;
};

static volatile sig_atomic_t
	stop_wanted; /* looked at by the fleet's tick: a handler may do no more */

static void on_signal(int signal_number)
{
	(void)signal_number;
	stop_wanted = 1;
}

static bool option_number(const char *text, int64_t least, int64_t most, int64_t *ret)
{
	return str_to_i64(str_from(text), ret) && *ret >= least && *ret <= most;
}

/* Options that are numbers; false when out of bounds. */
static bool option_take_number(struct options *options, int option, const char *text)
{
	int64_t number = 0;
	bool good = false;

	switch (option) {
	case OPT_OUTLETS:
		good = option_number(text, 1, LIMIT_CONNECTORS - 1, &number);
		options->fleet.outlets = (size_t)number;
		break;
	case OPT_SPEED:
		good = option_number(text, 1, 1000, &number);
		options->fleet.speed = (int32_t)number;
		break;
	case OPT_AMPS:
		good = option_number(text, 6, 500, &number);
		options->fleet.max_ma = (int32_t)number * 1000;
		break;
	case OPT_PHASES:
		good = option_number(text, 1, 3, &number) && number != 2;
		options->fleet.phases = (uint8_t)number;
		break;
	case OPT_PLUG:
		options->fleet.plug = mode_plug_find(text, strlen(text));
		good = options->fleet.plug != HAL_PLUG_NONE;
		break;
	case OPT_AUTO:
		good = option_number(text, 0, 100, &number);
		options->fleet.auto_percent = (int)number;
		break;
	}
	return good;
}

static bool option_sign(struct fleet_config *fleet, const char *text)
{
	fleet->tpm = strcmp(text, "tpm") == 0;
	fleet->sign = SIGN_P256;
	if (fleet->tpm)
		return true;
	if (strcmp(text, "none") == 0) {
		fleet->sign = 0;
		return true;
	}
	return sign_kind_parse(str_from(text), &fleet->sign) && fleet->sign != SIGN_ED25519;
}

static bool option_hal(struct fleet_config *fleet, const char *text)
{
	if (strcmp(text, "sim") == 0)
		return fleet->hardware_len == 0;
	if (fleet->hardware_len == LIMIT_CONNECTORS - 1)
		return false;
	fleet->hardware[fleet->hardware_len++] = text;
	fleet->outlets = fleet->hardware_len;
	return true;
}

/* "2.1,2.0.1,1.6": each once. */
static bool option_versions(struct options *options, const char *text)
{
	static const struct {
		const char *word;
		enum ocpp_version version;
	} words[] = {{"1.6", OCPP_16}, {"2.0.1", OCPP_201}, {"2.1", OCPP_21}};
	struct str rest = str_from(text);
	size_t len = 0, w;

	memset(options->versions, 0, sizeof(options->versions));
	do {
		struct str word = str_trim(str_cut(&rest, ','));
		for (w = 0; w < 3 && !str_is(word, words[w].word); w++)
			;
		if (w == 3 || len == PILE_VERSIONS)
			return false;
		for (size_t i = 0; i < len; i++)
			if (options->versions[i] == words[w].version)
				return false;
		options->versions[len++] = words[w].version;
	} while (rest.len > 0);
	return true;
}

static bool option_name(struct options *options, const char *pattern)
{
	struct named *named = &options->names[options->names_len];

	if (options->names_len == NAMES_MAX)
		return false;
	named->pattern = pattern;
	memcpy(named->versions, options->versions, sizeof(named->versions));
	options->names_len++;
	return true;
}

/* "31.2304,121.4737": degrees, at most five digits behind the point. */
static bool option_place(struct fleet_config *config, const char *text)
{
	struct str rest = str_from(text), latitude = str_cut(&rest, ',');
	const int64_t most_e5 = 9000000;

	config->has_place = str_to_fixed(latitude, 5, false, &config->latitude_e5) &&
			    str_to_fixed(rest, 5, false, &config->longitude_e5) &&
			    config->latitude_e5 >= -most_e5 && config->latitude_e5 <= most_e5 &&
			    config->longitude_e5 >= -2 * most_e5 &&
			    config->longitude_e5 <= 2 * most_e5;
	return config->has_place;
}

static bool option_take(struct options *options, int option, const char *text)
{
	switch (option) {
	case OPT_SERVER:
		options->fleet.server = text;
		return true;
	case OPT_NAME:
		return option_name(options, text);
	case OPT_OCPP:
		return option_versions(options, text);
	case OPT_PLACE:
		return option_place(&options->fleet, text);
	case OPT_DATA:
		options->fleet.data = text;
		return true;
	case OPT_PASSWORDS:
		options->passwords = text;
		return true;
	case OPT_HAL:
		return option_hal(&options->fleet, text);
	case OPT_VOICES:
		speak_setup(text, NULL, NULL);
		return true;
	case OPT_HTTP:
		options->http = text;
		return true;
	case OPT_PUBLIC:
		options->fleet.public_url = text;
		return true;
	case OPT_CONTROL:
		options->control = text;
		return true;
	case OPT_STDIN:
		options->standard_input = true;
		return true;
	case OPT_TAGS:
		options->fleet.tags = str_from(text);
		return true;
	case OPT_OFFLINE_KEY:
		return sign_kind_parse(str_from(text), &options->fleet.offline_key);
	case OPT_TALK:
		options->fleet.line = true;
		return true;
	case OPT_CAR:
		options->fleet.outside = text;
		return true;
	case OPT_RESUME:
		options->fleet.resume = true;
		return true;
	case OPT_AUTOCHARGE:
		options->fleet.autocharge = true;
		return true;
	case OPT_CA:
		options->fleet.ca_file = text;
		return true;
	case OPT_INSTALL:
		options->fleet.install = text;
		return true;
	case OPT_SIGN:
		return option_sign(&options->fleet, text);
	case OPT_VERBOSE:
		options->verbose = true;
		return true;
	default:
		return option_take_number(options, option, text);
	}
}

/* Without --public the driver's page is on the OCPP server's own host and port. */
static void option_public(struct options *options)
{
	const char *server = options->fleet.server;
	bool secure = server && strncmp(server, "wss://", 6) == 0;
	const char *host, *end;

	if (options->fleet.public_url || !server || !strstr(server, "://"))
		return;
	host = strstr(server, "://") + 3;
	end = strchr(host, '/');
	snprintf(options->public_url, sizeof(options->public_url), "%s://%.*s",
		secure ? "https" : "http", end ? (int)(end - host) : (int)strlen(host), host);
	options->fleet.public_url = options->public_url;
}

/* A provisioned pile knows its name, server and key from its directory. */
static void option_provisioned(struct options *options)
{
	struct provision *identity = &options->identity;

	if (options->names_len > 0 || !options->fleet.data ||
		!provision_load(options->fleet.data, identity))
		return;
	option_name(options, identity->name);
	if (!options->fleet.server)
		options->fleet.server = identity->server;
	snprintf(options->password_path, sizeof(options->password_path), "%s/passwords",
		options->fleet.data);
	if (!options->passwords)
		options->passwords = options->password_path;
}

/* 0 go on, 1 leave with success, 2 leave with failure. */
static int option_parse(struct options *options, int argc, char **argv)
{
	int option;

	*options = (struct options){.versions = {OCPP_16},
		.fleet = {
			.outlets = 1, .speed = 1, .max_ma = 80000, .phases = 3, .sign = SIGN_P256}};
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_HELP) {
			printf("%s%s", usage, control_help);
			return 1;
		}
		if (option == '?' || !option_take(options, option, optarg)) {
			fprintf(stderr, "leyden-pile: bad option; --help lists them\n");
			return 2;
		}
	}
	/* a shell may have expanded the pattern: all that stands alone is a name */
	while (optind < argc && option_name(options, argv[optind]))
		optind++;
	option_provisioned(options);
	if (options->fleet.hardware_len > 0 &&
		(options->names_len != 1 || strchr(options->names[0].pattern, '{'))) {
		fprintf(stderr, "leyden-pile: real hardware is one pile\n");
		return 2;
	}
	if (options->fleet.hardware_len > 0 && options->fleet.outside) {
		fprintf(stderr,
			"leyden-pile: --car is for simulated outlets; real ones have [cable]\n");
		return 2;
	}
	if (options->fleet.tpm && !options->fleet.data) {
		fprintf(stderr, "leyden-pile: --sign tpm needs --data\n");
		return 2;
	}
	if (optind != argc || options->names_len == 0) {
		fprintf(stderr, "leyden-pile: --name is missing; --help lists the options\n");
		return 2;
	}
	option_public(options);
	return 0;
}

static int start(struct fleet *fleet, const struct options *options)
{
	uint16_t port = 0;

	TRY(fleet_init(fleet, &options->fleet, &clock_system));
	if (options->passwords)
		TRY(fleet_passwords(fleet, options->passwords));
	for (size_t i = 0; i < options->names_len; i++)
		TRY(fleet_add(fleet, options->names[i].pattern, options->names[i].versions));
	if (options->http) {
		TRY(display_new(fleet, str_from(options->http), &fleet->display, &port));
		/* for scripts that asked for any port */
		printf("display http://127.0.0.1:%u/pile/%s\n", port, fleet->units[0]->name);
		fflush(stdout);
	}
	if (options->control || options->standard_input)
		TRY(control_new(fleet, options->control, options->standard_input, &fleet->control));
	LOG_INFO("piles ready", "count=%zu outlets=%zu", fleet->units_len, options->fleet.outlets);
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct options options;
	struct fleet fleet;
	int result;

	if (argc > 1 && strcmp(argv[1], "provision") == 0)
		return provision_main(argc - 1, argv + 1);
	result = option_parse(&options, argc, argv);

	if (result != 0)
		return result - 1;
	log_setup(options.verbose ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, false);
	signal(SIGPIPE, SIG_IGN);
	result = start(&fleet, &options);
	if (result == 0) {
		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		result = fleet_run(&fleet, &stop_wanted);
	}
	if (result < 0)
		fprintf(stderr, "leyden-pile: %s\n", fault_text());
	fleet_fini(&fleet);
	return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
