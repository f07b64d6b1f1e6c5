package io.limelight.core.appraisal;

import io.limelight.core.failure.Failure;
import io.limelight.core.tpm.ClockInfo;
import java.util.List;

/**
 * Compares the TPM clock of an authentic quote with that of the last one that passed (TPM 2.0 Part 1 §36).
 *
 * <p>{@code clock} counts milliseconds and never goes back while {@code safe} is set; {@code resetCount} grows with
 * every boot and {@code restartCount} with every resume within one boot, starting at 0 again with the boot. So:
 *
 * <ul>
 *   <li>resetCount smaller: another TPM, a cleared one, or an old state brought back;
 *   <li>resetCount greater: a reboot, restartCount says nothing;
 *   <li>resetCount equal: restartCount must not be smaller;
 *   <li>in every case the clock must be strictly later and safe.
 * </ul>
 *
 * <p>The reference implementation compares restartCount across a boot. A machine that was suspended once and then
 * rebooted fails there for good; here it is a reboot like any other.
 */
final class ClockCheck {
    sealed interface Outcome {
        /** Later, same boot. */
        record Continued() implements Outcome {}

        /** Later, and the machine was booted since. */
        record Rebooted() implements Outcome {}

        /** Not later. */
        record Broken(Failure failure) implements Outcome {}
    }

    private ClockCheck() {}

    static Outcome compare(ClockInfo before, ClockInfo now) {
        if (now.resetCount() < before.resetCount()) {
            return broken(
                    "The TPM counts fewer boots than before: it was cleared or replaced, or an old state was restored.",
                    List.of(
                            "The TPM was cleared or the mainboard replaced; delete the machine and add it again",
                            "A virtual machine was set back to a snapshot"),
                    before,
                    now);
        }
        boolean rebooted = now.resetCount() > before.resetCount();
        if (!rebooted && now.restartCount() < before.restartCount()) {
            return broken(
                    "The TPM counts fewer resumes than before within the same boot.",
                    List.of("A virtual machine was set back to a snapshot"),
                    before,
                    now);
        }
        if (!now.safe()) {
            return broken(
                    // Part 1 §36.3: safe again once the clock has passed what was saved last, at most 2^22 ms earlier.
                    "The TPM does not vouch for its clock yet: power was lost without an orderly shutdown. It does again"
                            + " after the machine has run for 70 minutes at most; then reactivate the machine (limelight"
                            + " tenant -c reactivate).",
                    List.of(
                            "The machine lost power or was switched off hard",
                            "A virtual machine or its software TPM was ended by force"),
                    before,
                    now);
        }
        if (!now.clockAfter(before)) {
            return broken(
                    "The TPM's clock has not advanced since the last quote.",
                    List.of(
                            "The machine was paused, or polled faster than its TPM's clock ticks",
                            "A virtual machine was set back to a snapshot",
                            "An old quote was replayed"),
                    before,
                    now);
        }
        return rebooted ? new Outcome.Rebooted() : new Outcome.Continued();
    }

    private static Outcome broken(String sentence, List<String> causes, ClockInfo before, ClockInfo now) {
        return new Outcome.Broken(QuoteFailures.clock(sentence, causes, before, now));
    }
}
