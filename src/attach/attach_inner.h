/* SPDX-License-Identifier: Apache-2.0 */
/* What the threads of an attached Kargo share. Only this folder includes it. */
#ifndef GANTRY_ATTACH_ATTACH_INNER_H
#define GANTRY_ATTACH_ATTACH_INNER_H

#include <pthread.h>

#include "attach/attach.h"
#include "attach/beside.h"
#include "attach/history.h"
#include "attach/manifests.h"
#include "attach/objects.h"
#include "attach/state.h"
#include "attach/transport.h"
#include "attach/warehouses.h"
#include "base/base.h"

struct arena;
struct denial;
struct manifest_project;
struct queue;
struct record;
struct thread;
struct value;

/* One project. */
struct attached {
	char *name;                     /* heap */
	bool is_known;                  /* there is a Project, or we may not list them */
	bool is_followed;               /* by followers of its own: each of its kinds has one */
	char *left_out;                 /* heap: why nothing of it is followed; NULL: it is */
	int64_t left_out_until;         /* ticks: then it is asked about again */
	struct attach_state *state;
	struct attach_manifests *manifests;
	struct attach_history *history;
	struct attach_warehouses *warehouses;
	struct manifest_project *read;  /* the newest reading; its part's reference. NULL: none yet */
	const struct record *record;    /* the newest; NULL: none yet */
	bool spec_changed, state_changed; /* since then */
	struct arena *rights;           /* of denials; NULL: not asked yet */
	const struct denial *denials;
	size_t ndenials;
	int64_t rights_due;             /* ticks */
	bool runs_open;                 /* its stages may name AnalysisRuns that are to be read */
	int64_t runs_due;               /* ticks: AnalysisRuns may not be read before, nor asked for */
	bool runs_denied;
	struct arena *secrets_arena;
	const struct value *secrets;    /* a list; NULL: not asked, or they may not be read */
};

/* One kind of objects that is followed. */
struct attach_follower {
	struct attach *at;
	enum attach_kind kind;
	char *project;                  /* heap; NULL: of all */
	struct thread *thread;
	void *own;                      /* the transport's */
	bool cancelled;                 /* a flag */
	struct attach_standing standing; /* the newest, but once listed it stays so; its error: heap */
};

struct attach {
	struct attach_options o;
	pthread_mutex_t lock;           /* over all that follows */
	pthread_cond_t news;
	struct attached **projects;     /* by name */
	size_t nprojects, room;
	struct attach_manifests *cluster; /* what is the cluster's */
	struct attach_beside beside;    /* what is read from here; never changes */
	struct attach_follower **followers;
	size_t nfollowers, followers_room;
	bool whole;                     /* kinds are followed in all projects at once */
	bool begun;                     /* all followers that there are to be at first have been started */
	bool set_changed;               /* projects came or went since the last reading */
	bool told;                      /* a reading was made */
	bool news_there;                /* something is to be published */
	bool ending;                    /* a flag */
	struct thread *publisher, *starter, *reader;
	void *reader_own;               /* the transport's; NULL: not there */
	pthread_cond_t stages_moved;
	bool runs_there;                /* stages have changed, and may name other AnalysisRuns */
	struct queue *wishes, *questions; /* what the desks are to do, one each */
	struct attach_desk {
		struct attach *at;
		struct thread *thread;
		void *own;              /* the transport's; NULL: not there */
	} desks[2];
};

/* The project of that name, NULL: none. The lock is held. */
struct attached *attached_find(const struct attach *at, const char *name);

/* The same, made when there is none and the name is among those that are meant; else NULL. */
struct attached *attached_make(struct attach *at, const char *name);

/* It is gone. The lock is held. */
void attached_drop(struct attach *at, const char *name);
void attached_free(struct attached *p);

/* Something is to be published. The lock is held. */
void attach_tell(struct attach *at);

/* Starts following; told to end by attach_end_following(). */
void attach_begin_following(void *attach);
void attach_end_following(struct attach *at);
bool attach_join_following(struct attach *at, int64_t ms) MUST_USE;
void attach_free_following(struct attach *at);

/* Whether all was told that there is of the project. The lock is held. */
bool attach_has_listed(const struct attach *at, const struct attached *p);

/* Makes readings and records of the news; a thread's whole life. */
void attach_publish(void *attach);

/* Reads the AnalysisRuns that stages name; a thread's whole life, ended with the flag "ending" set. */
void attach_read_runs(void *attach);
void attach_end_runs(struct attach *at);

/* Stages of the project have changed. The lock is held. */
void attach_want_runs(struct attach *at, struct attached *p);

/* The threads that act and ask; ended with the flag "ending" set. */
bool attach_begin_desk(struct attach *at, struct err *e) MUST_USE;
void attach_end_desk(struct attach *at);
bool attach_join_desk(struct attach *at, int64_t ms) MUST_USE;
void attach_free_desk(struct attach *at);

/* Has the rights in the project asked for. */
void attach_ask_rights(struct attach *at, const char *project);

/* Asks for the rights in the project; a desk's thread. */
void attach_rights_look(struct attach *at, void *own, const char *project);

#endif
