/* linux_parts.h - the parts of the linux backend: settings, lines, files, meter, serial readers. */
#pragma once
#include <pthread.h>
#include "base/arena.h"
#include "base/str.h"
#include "pile/hal/linux.h"

#define LINUX_PATH_MAX 200
#define LINUX_LINES_MAX 24

/* ---- settings (linux_conf.c) ---- */

enum linux_line {
	LINE_CONTACTOR = 0,
	LINE_CONTACTOR_FEEDBACK,
	LINE_LOCK,
	LINE_LOCK_FEEDBACK,
	LINE_EMERGENCY,
	LINE_SURGE,
	LINE_DOOR,
	LINE_WATER,
	LINE_RESIDUAL_TEST,
	LINE_RESIDUAL_TRIPPED,
	LINE_RED,
	LINE_YELLOW,
	LINE_GREEN,
	LINES,
};

enum linux_register {
	REGISTER_ENERGY = 0, /* 1/10 Wh */
	REGISTER_POWER,      /* mW */
	REGISTER_VOLTAGE1,   /* mV */
	REGISTER_VOLTAGE2,
	REGISTER_VOLTAGE3,
	REGISTER_CURRENT1, /* mA */
	REGISTER_CURRENT2,
	REGISTER_CURRENT3,
	REGISTER_FREQUENCY, /* mHz */
	REGISTERS,
};

enum linux_type {
	TYPE_NONE = 0,
	TYPE_U16,
	TYPE_S16,
	TYPE_U32,
	TYPE_S32,
	TYPE_U64,
	TYPE_F32,
	TYPE_U8
};

struct linux_reg {
	enum linux_type type;
	int address;
	int64_t times, by; /* raw * times / by is our unit */
};

struct linux_value { /* an integer in a file, as sysfs has them */
	char path[LINUX_PATH_MAX];
	int64_t times, by, plus; /* raw * times / by + plus is our unit */
};

/* A direct current source's: what it is told, then what it says. */
enum linux_source_register {
	SOURCE_SET_VOLTAGE = 0, /* mV */
	SOURCE_SET_CURRENT,     /* mA */
	SOURCE_ENABLE,          /* 0, 1 */
	SOURCE_VOLTAGE,
	SOURCE_CURRENT,
	SOURCE_INLET,      /* mV behind the contactor */
	SOURCE_INSULATION, /* kOhm; without it nothing is proven, and nothing charges */
	SOURCE_REGISTERS,
};

/* A value in a frame of a CAN bus (linux_frames.c). */
#define LINUX_FRAMES_MAX 8
struct linux_field {
	enum linux_type type; /* TYPE_NONE: not there */
	uint8_t send;         /* 1..: in that frame of ours; 0: in frames that come, of this id */
	uint32_t id;
	uint8_t byte; /* the first */
	bool little;  /* low byte first */
	bool only;    /* only in frames where that byte has that value */
	uint8_t only_byte, only_value;
	int64_t times, by; /* raw * times / by is our unit */
};

struct linux_conf {
	struct hal hal;
	char chip[LINUX_PATH_MAX]; /* "gpiochip0", or "file:DIR": a file a line, for benches */
	int lines[LINES];          /* number, -1 not there */
	bool low[LINES];           /* active low */
	char pwm[LINUX_PATH_MAX];  /* directory with period and duty_cycle; "" none */
	struct linux_value pilot_high, pilot_low, channels[HAL_CHANNELS];
	struct linux_value grid; /* permille of the rated current; "" none */
	char fan[LINUX_PATH_MAX], backlight[LINUX_PATH_MAX];
	int64_t fan_full, backlight_full;
	char meter[LINUX_PATH_MAX]; /* "tcp:HOST:PORT" or "rtu:DEVICE:BAUD:8E1" */
	int meter_unit;
	bool meter_input; /* input registers (4) instead of holding ones (3) */
	struct linux_reg registers[REGISTERS];
	char source[LINUX_PATH_MAX]; /* like meter, or a bus like `can`; "" none */
	int source_unit;
	struct linux_reg source_registers[SOURCE_REGISTERS];
	bool source_can;
	struct linux_field source_fields[SOURCE_REGISTERS];
	struct hal_can source_frames[LINUX_FRAMES_MAX]; /* id 0: not there */
	char reader[LINUX_PATH_MAX], scanner[LINUX_PATH_MAX];
	int reader_baud, scanner_baud;
	char can[LINUX_PATH_MAX];             /* "can0", or "unix:PATH" for benches; "" none */
	char cable[LINUX_PATH_MAX];           /* the modem's interface, "plc0"; "" none */
	char camera[LINUX_PATH_MAX];          /* "/dev/video0"; "" none */
	uint32_t camera_width, camera_height; /* as wished; the driver may give others */
	int reader_distance_mm;               /* a card farther away is not meant; 0 any */
};

/* "*10" or "/100"; false when it is neither. */
bool linux_conf_scale(struct str text, int64_t *ret_times, int64_t *ret_by);
/* 0 or a fault that names the line and the setting. */
int linux_conf_load(const char *path, struct linux_conf *ret);

/* ---- lines (linux_gpio.c) ---- */

struct linux_gpio {
	const struct linux_conf *conf;
	struct gpiod_chip *chip;
	struct gpiod_line *lines[LINES];
	bool files;
};
int linux_gpio_open(struct linux_gpio *gpio, const struct linux_conf *conf);
void linux_gpio_close(struct linux_gpio *gpio);
bool linux_gpio_has(const struct linux_gpio *gpio, enum linux_line line);
int linux_gpio_set(struct linux_gpio *gpio, enum linux_line line, bool on);
int linux_gpio_get(struct linux_gpio *gpio, enum linux_line line, bool *ret_on);

/* ---- integers in files (linux_file.c) ---- */

int linux_file_read(const char *path, int64_t *ret);
int linux_file_write(const char *path, int64_t value);
/* HAL_ABSENT when no file is named. */
int linux_value_read(const struct linux_value *value, int32_t *ret);

/* ---- the meter (linux_meter.c) ---- */

struct linux_meter {
	const struct linux_conf *conf;
	struct _modbus *modbus;
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock;
	bool end;
	struct hal_meter last;
	int64_t read_us; /* monotonic, of the last good answer; 0 none */
};
int linux_meter_open(struct linux_meter *meter, const struct linux_conf *conf);
void linux_meter_close(struct linux_meter *meter);
int linux_meter_read(struct linux_meter *meter, struct hal_meter *ret);
/* IEEE 754 single precision bits times `times` / `by`, cut towards zero; false for no number. */
bool linux_meter_f32(uint32_t bits, int64_t times, int64_t by, int64_t *ret);

/* ---- Modbus (linux_modbus.c) ---- */

/* "tcp:HOST:PORT" or "rtu:DEVICE:BAUD:8E1"; NULL when it is neither. */
struct _modbus *linux_modbus_new(const char *where);
/* A register in our unit, of the input registers or the holding ones; false: no answer, no number.
 */
bool linux_modbus_read(
	struct _modbus *modbus, const struct linux_reg *reg, bool input, int64_t *ret);
bool linux_modbus_write(struct _modbus *modbus, const struct linux_reg *reg, int64_t value);

/* ---- a CAN bus (linux_can.c) ---- */

struct linux_can {
	const char *bus; /* of the settings, borrowed; NULL not there */
	int file;        /* -1: not there now */
	int64_t retry_us;
};
int linux_can_open(struct linux_can *can, const char *bus);
void linux_can_close(struct linux_can *can);
/* A fault when the bus is gone, or so busy that the frame cannot even wait. */
int linux_can_send(struct linux_can *can, const struct hal_can *frame);
/* The oldest frame that waits; *ret_got false when none does. */
int linux_can_receive(struct linux_can *can, struct hal_can *ret, bool *ret_got);

/* ---- a direct current source (linux_source.c) ---- */

struct linux_source {
	const struct linux_conf *conf;
	struct _modbus *modbus;          /* or */
	struct linux_can can;            /* the thread's, as the next two */
	int32_t heard[SOURCE_REGISTERS]; /* the last word of each */
	int64_t heard_us[SOURCE_REGISTERS];
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock; /* of what follows */
	bool end, answers;
	int32_t set_mv, set_ma;
	int64_t set_us, read_us; /* monotonic */
	int32_t values[SOURCE_REGISTERS];
};
int linux_source_open(struct linux_source *source, const struct linux_conf *conf);
void linux_source_close(struct linux_source *source);
int linux_source_set(struct linux_source *source, int32_t mv, int32_t ma);
int linux_source_read(struct linux_source *source, struct hal_dc *ret);
int linux_source_insulation(struct linux_source *source, int32_t *ret_kohm);

/* ---- its frames on a bus (linux_frames.c) ---- */

/* "0x1801F0A5 00 01 ..", and a value's place; false when it is none. */
bool linux_frame_parse(const char *text, struct hal_can *ret);
bool linux_field_parse(const char *text, struct linux_field *ret);
/* Puts a value, in our unit, into its frame; false when there is no room for it. */
bool linux_field_put(const struct linux_field *field, int64_t value, struct hal_can *frame);
/* False when the frame has not got it. */
bool linux_field_get(const struct linux_field *field, const struct hal_can *frame, int64_t *ret);
/* What is wrong with the frames of the settings; NULL nothing. */
const char *linux_frames_missing(const struct linux_conf *conf);
/* One turn: all that is sent, with what is wanted in it; and all that came. False when the bus is
 * gone, or a value is older than `fresh_us`. */
bool linux_frames_tell(struct linux_source *source, int32_t mv, int32_t ma);
bool linux_frames_hear(struct linux_source *source, int64_t fresh_us);

/* ---- serial readers (linux_serial.c) ---- */

struct linux_serial {
	const char *device; /* of the settings, borrowed */
	int baud;
	int file; /* -1: not there */
	int64_t retry_us;
	char line[HAL_CODE_MAX + 2];
	size_t len;
	bool skipping; /* a line without end is dropped whole */
	char last_tag[HAL_TAG_MAX + 1];
	int64_t last_us;
};
int linux_serial_open(struct linux_serial *serial, const char *device, int baud);
void linux_serial_close(struct linux_serial *serial);
/* The next whole line, without its end; "" when there is none. 0 or a fault. */
int linux_serial_line(struct linux_serial *serial, char ret[HAL_CODE_MAX + 1]);
/* A card of the reader line protocol; see linux_serial.c. */
int linux_serial_tag(struct linux_serial *serial, int distance_mm, int64_t now_us,
	char ret_tag[HAL_TAG_MAX + 1]);
/* The protocol's line alone: false when it is none, or the card is too far away. */
bool linux_serial_parse(const char *line, int distance_mm, char ret_tag[HAL_TAG_MAX + 1]);

/* ---- a camera (linux_camera.c) ---- */

#define LINUX_CAMERA_BUFFERS 3
#define LINUX_CAMERA_LEAST 64 /* points a side */
#define LINUX_CAMERA_MOST 2048
#define LINUX_CAMERA_SEEN 8

/* What is asked of the kernel; the results are those of the calls of the same name. */
struct linux_camera_ops {
	int (*open)(void *context, const char *path);
	int (*control)(void *context, int file, unsigned long request, void *argument);
	void *(*map)(void *context, int file, size_t len, int64_t offset); /* NULL: it failed */
	void (*unmap)(void *context, void *at, size_t len);
	bool (*wait)(void *context, int file, int ms); /* for a frame */
	int64_t (*ticks_us)(void *context);            /* by which a look is timed */
	void (*close)(void *context, int file);
	void *context;
};

struct linux_camera {
	const struct linux_conf *conf;
	const struct linux_camera_ops *ops;
	int file; /* -1: not there now */
	uint32_t width, height, step, stride;
	bool jpeg; /* each frame is a JPEG picture of its own length */
	struct {
		void *at;
		size_t len;
	} buffers[LINUX_CAMERA_BUFFERS];
	uint32_t buffers_len;
	int64_t retry_us, frame_us, look_us; /* monotonic */
	struct {
		uint64_t hash;
		int64_t at_us;
	} seen[LINUX_CAMERA_SEEN];
	struct arena arena;
	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock; /* of what follows */
	bool end;
	char text[HAL_CODE_MAX + 1];
};
/* `ops` NULL: the kernel's. linux_camera_fini is owed. */
void linux_camera_init(struct linux_camera *camera, const struct linux_conf *conf,
	const struct linux_camera_ops *ops);
/* Looks again and again, in a thread. */
int linux_camera_run(struct linux_camera *camera);
void linux_camera_fini(struct linux_camera *camera);
/* One look: begins when there is none yet, waits for a frame at most 200 ms, reads its codes. */
void linux_camera_look(struct linux_camera *camera, int64_t now_us);
/* What was seen since the last call, a code a line; "" when nothing new. */
void linux_camera_read(struct linux_camera *camera, char ret_code[HAL_CODE_MAX + 1]);

/* ---- the data line of the charging cable (linux_cable.c) ---- */

struct linux_cable {
	const char *interface; /* of the settings, borrowed; NULL not there */
	unsigned index;
	bool framed;                             /* with raw frames, for modem and SLAC */
	int frames, questions, listener, stream; /* -1: not there now */
	bool broken;                             /* an answer did not fit the stream */
	struct hal_line own;
	int64_t retry_us;
};
/* `framed` false: the car was found by others, only what is said over IP matters here. */
int linux_cable_open(struct linux_cable *cable, const char *interface, bool framed);
void linux_cable_close(struct linux_cable *cable);
/* As the operations line_look, line_send and line_receive of hal.h. */
int linux_cable_look(struct linux_cable *cable, struct hal_line *ret);
int linux_cable_send(struct linux_cable *cable, const struct hal_packet *packet);
int linux_cable_receive(struct linux_cable *cable, struct hal_packet *ret, bool *ret_got);
