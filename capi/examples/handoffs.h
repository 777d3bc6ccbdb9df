/* Who waited for the lock, how often and how long: a table made from the event ring of pygil.h.
 *
 * A wait runs from "wait" to the "grant" with the same subject. Waits whose beginning the ring has
 * overwritten are not counted; the table says so. Callers: handoffs_print needs the lock, the rest does not.
 */
#ifndef HANDOFFS_H
#define HANDOFFS_H

enum { kHandoffEvents = 1 << 20 };

typedef struct Handoffs Handoffs;
Handoffs* handoffs_new(void);
void handoffs_name(Handoffs* table, unsigned long native_id, const char* name);
void handoffs_print(Handoffs* table);
void handoffs_free(Handoffs* table);
#endif
