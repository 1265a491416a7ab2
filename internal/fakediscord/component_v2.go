package fakediscord

// checkV2 checks a message of Components V2: those alone, without content or
// embeds, 40 of them, 4,000 characters of text.
func (b *messageBody) checkV2() error {
	if b.text() != "" || len(b.embeds) > 0 || present(b.Poll) {
		return formError("flags", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
			"The 'content', 'embeds' and 'poll' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2")
	}
	if len(b.components) == 0 && (b.before == nil || b.Components != nil) {
		return &apiError{status: 400, code: 50006, message: "Cannot send an empty message"}
	}
	count, chars := 0, 0
	err := walkAll(b.components, func(at string, c *component) error {
		count++
		chars += length(c.Content)
		switch {
		case c.Type == componentText && c.Content == "":
			return between(at+".content", "", 1, maxDisplayText)
		case c.Type == componentSection && (len(c.Components) == 0 || len(c.Components) > 3 || c.Accessory == nil):
			return formError(at+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length.")
		case !knownV2(c):
			return formError(at+".type", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17}.")
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case count > maxComponents:
		return formError("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of components is 40")
	case chars > maxDisplayText:
		return formError("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The displayable text is longer than 4000")
	}
	return checkInteractive(b.components)
}

// knownV2 reports whether a component may stand in a message.
func knownV2(c *component) bool {
	switch c.Type {
	case componentRow, componentButton, componentSection, componentText, componentThumbnail, componentGallery,
		componentFile, componentSeparator, componentContainer:
		return true
	}
	return c.isSelect()
}
