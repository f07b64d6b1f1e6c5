package io.limelight.core.appraisal.ima;

/**
 * What a device mapper event did wrong.
 *
 * @param type end of the event id, for example {@code dm_table_load.no_matching_policy}
 * @param sentence for people, to follow a colon, without a full stop
 * @param got what there is
 * @param expected what the policy wants
 */
record DmProblem(String type, String sentence, String got, String expected) {}
