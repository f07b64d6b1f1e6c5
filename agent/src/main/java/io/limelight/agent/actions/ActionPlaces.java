package io.limelight.agent.actions;

import java.nio.file.Path;

/**
 * Where things are that actions have to do with. {@code agent-helper.sh} knows the same names.
 *
 * @param workDir the agent's work directory, in which actions run
 * @param installed {@code revocation_actions_dir}
 */
record ActionPlaces(Path workDir, Path installed) {
    /** The unpacked payload. */
    Path unzipped() {
        return workDir.resolve("secure/unzipped");
    }

    /** What is known about actions that run, and what the latest ones have said; memory. */
    Path runs() {
        return workDir.resolve("secure/.limelight/actions");
    }

    /** The folder of one run. */
    Path run(int number) {
        return runs().resolve(Integer.toString(number));
    }

    /** The event that is being handled, for as long as it is. */
    Path event() {
        return workDir.resolve(".tmp-revocation.json");
    }

    /** See {@link NoticeJournal}. */
    Path journal() {
        return workDir.resolve("revocations.journal");
    }
}
