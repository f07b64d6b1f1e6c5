package io.limelight.icons;

/** Every icon there is. They share a wedge, two greens and one light. */
public enum Family {
    /** The application. */
    APPLICATION("limelight", "limelight-small", Kind.APPLICATION, "Limelight"),
    /** A payload. */
    PAYLOAD("document-payload", "document-payload", Kind.DOCUMENT, "Payload"),
    /** A policy. */
    POLICY("document-policy", "document-policy", Kind.DOCUMENT, "Policy"),
    /** A certificate authority. */
    CA("document-ca", "document-ca", Kind.DOCUMENT, "CA"),
    /** Every machine is trusted. */
    TRAY_TRUSTED("tray-trusted", "tray-trusted", Kind.TRAY, "Trusted"),
    /** Something is stale. */
    TRAY_STALE("tray-stale", "tray-stale", Kind.TRAY, "Stale"),
    /** A machine has failed. */
    TRAY_FAILED("tray-failed", "tray-failed", Kind.TRAY, "Failed"),
    /** Nothing is known. */
    TRAY_WAITING("tray-waiting", "tray-waiting", Kind.TRAY, "No connection");

    /** Where an icon is used. */
    public enum Kind {
        /** The application: menus, windows, docks. */
        APPLICATION,
        /** Documents in a file manager. */
        DOCUMENT,
        /** The corner of a desktop. */
        TRAY
    }

    private final String file;
    private final String small;
    private final Kind kind;
    private final String title;

    Family(String file, String small, Kind kind, String title) {
        this.file = file;
        this.small = small;
        this.kind = kind;
        this.title = title;
    }

    /** What the names of its files begin with. */
    public String file() {
        return file;
    }

    /** Where it is used. */
    public Kind kind() {
        return kind;
    }

    /** Its name on the sheet that shows all of them. */
    String title() {
        return title;
    }

    String source() {
        return file + ".svg";
    }

    String smallSource() {
        return small + ".svg";
    }
}
