/* SPDX-License-Identifier: ISC */
/* Methods by which a client tells of its user. */
#include "server/api/v1/methods.h"

/* From Baker Island to Kiritimati. */
enum { WESTMOST = -12 * 60, EASTMOST = 14 * 60 };

/* In hours, with fractions. */
static int
set_utc_offset(struct call *c)
{
	struct req *q = c->q;
	double hours;
	int minutes;

	if (!json_real(method_param(c, 0), &hours) || hours * 60 < WESTMOST ||
	    hours * 60 > EASTMOST)
		return method_fail(c, "error-invalid-params",
		    "The UTC offset is a number of hours, -12 to 14");
	minutes = (int)(hours * 60);
	if (minutes != q->me->utc_offset &&
	    user_set_utc_offset(q->db, q->me->row, minutes, q->now) < 0)
		return -1;
	json_int(&c->w, "result", 1);
	return 0;
}

const struct method self_methods[] = {
	{ "userSetUtcOffset", false, set_utc_offset, true },
	{ NULL, false, NULL, false },
};
