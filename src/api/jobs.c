/* Work on the workspace's own threads. */
#include "api/workspace.h"

tarn_status tarn_submit(tarn_workspace *workspace, tarn_priority priority, tarn_task *task, tarn_job_run run,
                        void *context, tarn_job **out, tarn_error *error) {
    tarn_task_default_priority(task, priority);
    return tarn_job_submit(workspace->pool, priority, task, run, context, out, error);
}
