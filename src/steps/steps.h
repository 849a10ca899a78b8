/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promotion steps, one file each, and what they share.
 * May use base data net git model expr argocd forge messages. Library: libarchive.
 *
 * archive.h           limits and names that tar and untar share
 * argocd_live.h       what the argocd steps share
 * foresee.h           what a push would bring
 * git_work.h          what the git steps share
 * helm_deps.h         a chart's dependencies
 * http_ask.c          what http and http-download share
 * http_inner.h        what the http steps share
 * http_response.c     an answer as expressions see it
 * ignore.h            the ignore field of copy, tar and untar
 * kustomize_images.h  the images of a Kustomization
 * libarchive.h        the library, loaded with the first archive
 * oci_file.h          a file as an artifact, for oci-push
 * oci_ref.h           what the oci steps share
 * outside.h           what a worker keeps: HTTP client, Argo CD, credentials
 * param.h             a parameter of a step
 * params.h            a step's configuration against its parameter table
 * parse.h             what the three parse steps share
 * pull_request.h      what the steps about pull requests share
 * push.h              what git-push and github-push share
 * rehearse.h          steps that do nothing to the outside but say what they would do
 * rendered.h          what kustomize and helm print, as files
 * services.h          what a step gets of the outside
 * signing_keys.h      which key signs in which checkout
 * step.h              what a step is, and what it is given
 * steps.def           the list of steps
 * steps.h             this table
 * table.c             the list as an array, looked up by kind
 * text_file.h         text files of the work directory
 * tool.h              helm and kustomize as children, confined
 * turns.h             whose turn it is to push to a branch
 * update.h            what the three update steps share
 * workdir.h           files of the work directory, and only those
 */
#ifndef GANTRY_STEPS_STEPS_H
#define GANTRY_STEPS_STEPS_H
#endif
