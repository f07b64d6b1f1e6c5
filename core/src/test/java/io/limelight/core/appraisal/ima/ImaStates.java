package io.limelight.core.appraisal.ima;

import io.limelight.core.ima.ImaKeyrings;
import java.util.Optional;

/** States of lists for tests. */
public final class ImaStates {
    private ImaStates() {}

    /** Somewhere in a list, PCR 10 before it forgotten. */
    public static ImaState at(long entry) {
        return new ImaState(entry, Optional.empty(), ImaKeyrings.EMPTY, Optional.empty(), DmDevices.NONE);
    }
}
