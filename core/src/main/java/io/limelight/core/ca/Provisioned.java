package io.limelight.core.ca;

import java.util.List;

/**
 * What a machine gets in a certificate package, and what its verifier gets.
 *
 * @param machine the machine's identity
 * @param notifier identity that signs revocation notices, one for the whole CA
 * @param issued whether the machine's certificate was made now
 * @param notes sentences worth reading: why a certificate was issued anew, what ends soon
 */
public record Provisioned(MachineIdentity machine, MachineIdentity notifier, boolean issued, List<String> notes)
        implements AutoCloseable {
    /** Copies the list. */
    public Provisioned {
        notes = List.copyOf(notes);
    }

    @Override
    public void close() {
        machine.close();
        notifier.close();
    }
}
