package io.limelight.core.appraisal;

/**
 * By what a machine passed last. Policies change while machines are watched: what passed under one has to be judged again under
 * the next.
 *
 * @param ima checksum of the runtime policy; empty for none
 * @param boot name of the verifier's policy and digest of the measured boot policy that judged this boot's log; empty if none did
 */
public record JudgedBy(String ima, String boot) {
    /** By nothing yet. */
    public static final JudgedBy NOTHING = new JudgedBy("", "");
}
