package io.limelight.core.appraisal;

/** How an appraisal ended. */
public enum Verdict {
    /** Everything that was asked for was proved and is as the policy wants it. */
    PASSED,
    /** Something was not; see the failures. */
    FAILED,
    /**
     * The quote is authentic and shows that the machine was rebooted, but the evidence beside it starts in the middle
     * of the old boot. There is no verdict: ask again at once, from IMA entry 0.
     */
    ASK_AGAIN_FROM_FIRST_ENTRY
}
