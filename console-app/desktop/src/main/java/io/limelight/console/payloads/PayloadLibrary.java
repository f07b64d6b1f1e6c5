package io.limelight.console.payloads;

import io.limelight.console.problem.ProblemException;
import java.util.List;

/** The payloads a person has, the latest used first. Asked off the screen's thread. */
public interface PayloadLibrary {
    /** All that are there now; one whose place is gone is left out. */
    List<SavedPayload> all() throws ProblemException;
}
