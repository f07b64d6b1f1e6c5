package io.limelight.console.payloads;

import io.limelight.core.payload.ActionReader;
import io.limelight.core.payload.PackageTreeReader.Content;
import io.limelight.core.payload.PackageTreeReader.Part;
import io.limelight.core.payload.ReadyAction;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What there is to begin from. */
public enum PayloadTemplate {
    /** Nothing. */
    EMPTY,
    /** The example of Keylime's documents: keys for the machine, taken away when it is revoked. */
    SSH_KEYS,
    /** The machine trusts the CA that issued its certificate. */
    CA_ROOTS,
    /** The machine shows its certificate to a service once. */
    JOIN_SERVICE;

    private static final String SSH = """
            #!/bin/bash
            set -eu

            # this machine's own certificate, where the action looks for it
            ln -sf "$(ls -- *-cert.crt | grep -v RevocationNotifier)" mycert.crt

            mkdir -p /root/.ssh/
            cp payload_id_rsa* /root/.ssh/
            chmod 600 /root/.ssh/payload_id_rsa*
            """;
    private static final String ROOTS = """
            #!/bin/sh
            set -eu

            if [ -d /etc/pki/ca-trust/source/anchors ]; then
              install -m 644 cacert.crt /etc/pki/ca-trust/source/anchors/limelight.crt
              update-ca-trust
            else
              install -m 644 cacert.crt /usr/local/share/ca-certificates/limelight.crt
              update-ca-certificates
            fi
            """;
    private static final String JOIN = """
            #!/bin/sh
            set -eu

            # the address of the service
            service=https://service.example.com/join

            name=$(ls -- *-private.pem)
            name=${name%-private.pem}
            curl --fail --silent --show-error --max-time 30 \\
              --cacert cacert.crt --cert "$name-cert.crt" --key "$name-private.pem" \\
              --data "$name" "$service"
            """;

    /** Names keys of words: {@code ssh-keys}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A draft to begin with. */
    public PayloadDraft draft(String name) {
        PayloadDraft empty = PayloadDraft.empty(name);
        return switch (this) {
            case EMPTY -> empty;
            case SSH_KEYS -> {
                ReadyAction remove = ReadyAction.removeSshKeys();
                yield empty.scripted(Optional.of(SSH))
                        .with(List.of(new Part(remove.fileName(), new Content.OfText(remove.text()))))
                        .acting(List.of(remove.fileName()))
                        .readBy(Set.of(ActionReader.LIMELIGHT));
            }
            case CA_ROOTS -> empty.scripted(Optional.of(ROOTS));
            case JOIN_SERVICE -> empty.scripted(Optional.of(JOIN));
        };
    }
}
