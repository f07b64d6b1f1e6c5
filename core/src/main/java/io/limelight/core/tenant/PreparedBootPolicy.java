package io.limelight.core.tenant;

/**
 * A measured boot policy that has been read and checked, as it will travel.
 *
 * @param text JSON, as in the file
 * @param description what it is, for people
 */
public record PreparedBootPolicy(String text, String description) {
    /** Without the policy. */
    @Override
    public String toString() {
        return "PreparedBootPolicy[" + description + "]";
    }
}
