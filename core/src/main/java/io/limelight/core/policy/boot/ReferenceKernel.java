package io.limelight.core.policy.boot;

import java.util.Optional;

/**
 * A kernel and how it is started; digests are SHA-256 in lower-case hex.
 *
 * @param shim digest of the first boot loader
 * @param grub digest of the second
 * @param kernel digest of the kernel as an image; present with Secure Boot
 * @param vmlinuz digest of the kernel's file; present without Secure Boot
 * @param initrd digest of the initrd
 * @param commandLine what the kernel may be told
 */
record ReferenceKernel(
        String shim,
        String grub,
        Optional<String> kernel,
        Optional<String> vmlinuz,
        String initrd,
        CommandLinePattern commandLine) {}
