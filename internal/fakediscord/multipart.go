package fakediscord

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// maxFile is the largest file a bot may upload.
const maxFile = 10 << 20

// File is an uploaded file.
type File struct {
	Name        string
	ContentType string
	Data        []byte
}

// splitMultipart returns the payload_json and the files of a multipart body.
func splitMultipart(contentType string, raw []byte) (payload []byte, files []File, err error) {
	bad := &apiError{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body"}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, nil, bad
	}
	r := multipart.NewReader(bytes.NewReader(raw), params["boundary"])
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return payload, files, nil
		}
		if err != nil {
			return nil, nil, bad
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, bad
		}
		switch name := part.FormName(); {
		case name == "payload_json":
			payload = data
		case len(data) > maxFile:
			return nil, nil, &apiError{status: http.StatusRequestEntityTooLarge, code: 40005, message: "Request entity too large"}
		case strings.HasPrefix(name, "file"):
			files = append(files, File{Name: part.FileName(), ContentType: part.Header.Get("Content-Type"), Data: data})
		}
	}
}
